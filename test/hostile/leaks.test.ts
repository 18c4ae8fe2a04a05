import { describe, expect, test } from 'vitest';
import { leaksIn, privateTextsOf } from './leaks.ts';

const PHONE = '5215550001111';
const NAME = 'Lucía Ñandú 🌸';
const WAMID = 'wamid.HBgNNTIxNTU1MDAwMTExMRUCABIYFDNBMDAwMDAwMDAwMDAwMDAwMDAxAA==';

const encode = (text: string, encoding: BufferEncoding) => Buffer.from(text).toString(encoding);
const escaped = (text: string) =>
  JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const WAYS: readonly [string, (text: string) => string][] = [
  ['in the clear', (text) => `refused ${text}.`],
  ['in capitals', (text) => text.toUpperCase()],
  ['in JSON', (text) => JSON.stringify({ reason: text })],
  ['in JSON in JSON', (text) => JSON.stringify({ reason: JSON.stringify({ text }) })],
  ['in JSON with escapes', (text) => `{"reason":${escaped(text)}}`],
  ['in base64', (text) => `id ${encode(text, 'base64')}`],
  ['in base64url', (text) => `id=${encode(text, 'base64url')}`],
  ['in base64 behind other bytes', (text) => encode(`x${text}`, 'base64')],
  ['in base64 that was cut in front', (text) => encode(`abc${text}`, 'base64').slice(1)],
  ['in base64 behind a word', (text) => `event.${encode(`{"name":"${text}"}`, 'base64url')}`],
  ['in base64 in base64', (text) => encode(encode(text, 'base64'), 'base64')],
  ['in hex', (text) => encode(text, 'hex')],
  ['in hex behind half a byte', (text) => `0${encode(text, 'hex')}`],
  ['in a path', (text) => `/v1/contacts/${encodeURIComponent(text)}`],
  ['in a path in JSON', (text) => JSON.stringify({ path: encodeURIComponent(text) })],
];

describe.each(WAYS)('a text that is written %s', (_, write) => {
  test.each([PHONE, NAME, WAMID, 'app-secret'])('is found: %s', (text) => {
    expect(leaksIn(['{"level":"WARN"}', write(text)], [text])).toEqual([text]);
  });
});

describe('what is private', () => {
  test('is a phone number, also one that is spaced out', () => {
    expect(leaksIn(['call +52 1 (555) 000-1111'], [PHONE])).toEqual([PHONE]);
  });

  test('is a phone number in a wamid, though the wamid was cut', () => {
    const line = `seen ${WAMID.slice(9, 40)}…`;
    expect(leaksIn([line], [PHONE.slice(1)])).toEqual([PHONE.slice(1)]);
  });

  test('are all texts of a body but the words of the provider', () => {
    const body = JSON.stringify({
      object: 'whatsapp_business_account',
      from: PHONE,
      id: WAMID,
      type: 'text',
      timestamp: '1795212000',
      fileLength: '54614',
      profile: { name: NAME, note: 'mail ana.peña@example.com' },
    });
    expect(privateTextsOf(body)).toEqual([
      ...[PHONE, PHONE.slice(-10), WAMID, WAMID.slice('wamid.'.length)],
      ...[NAME, 'Lucía', 'Ñandú', 'mail ana.peña@example.com', 'ana.peña@example.com'],
    ]);
  });

  test('is nothing of an ordinary line', () => {
    const line = JSON.stringify({
      level: 'WARN',
      message: 'Events returned to the queue',
      timestamp: '2026-11-22T02:52:39.747Z',
      eventId: 'message.PX3-QM1RZA0l6PuBaIJwXjysxeQlGo1jN51edBdESAM',
    });
    expect(leaksIn([line], [PHONE, NAME, WAMID, 'app-secret', '5550001111'])).toEqual([]);
  });
});
