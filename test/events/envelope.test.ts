import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEnvelope, writeEnvelope } from '../../lambda/events/envelope.ts';
import { aMessage, aStatus, metaEvent, metaWebhook, only, splitMeta } from '../support/webhooks.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what SQS takes, by its documentation of `SendMessage`.
const SQS_CHARACTERS = /^[\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

const aText = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)),
    fc.constantFrom('\uFFFE', '\uFFFF'),
  ),
});

describe('an envelope', () => {
  test('gives back the event that it was written from, in characters that SQS takes', () => {
    fc.assert(
      fc.property(aText, (text) => {
        const body = metaWebhook({
          messages: [aMessage({ text: { body: text }, type: text || 'x' })],
        });
        const event = only(splitMeta(body));
        const written = writeEnvelope(event);
        expect(written).toMatch(SQS_CHARACTERS);
        expect(readEnvelope(written)).toEqual({ ok: true, event });
      }),
    );
  });

  test('carries a status', () => {
    const event = metaEvent({ statuses: [aStatus()] });
    expect(readEnvelope(writeEnvelope(event))).toEqual({ ok: true, event });
  });

  test.each(['message', 'echo', 'history', 'call', 'account'])(
    'carries an event of the kind %s, of either provider',
    (kind) => {
      for (const provider of ['meta', 'wasender']) {
        expect(readChanged({ kind, provider })).toMatchObject({ ok: true });
      }
    },
  );

  test('carries links of either relation, and the key of a payload that lies elsewhere', () => {
    const links = ['same', 'became'].map((relation) => ({ relation, from: 'a', to: 'b' }));
    expect(readChanged({ links })).toMatchObject({ ok: true, event: { links } });
    const elsewhere = { payload: undefined, payloadKey: 'payloads/message.a.json' };
    expect(readChanged(elsewhere)).toMatchObject({ ok: true });
  });

  test.each([
    ['no JSON', 'Lucía', '5 characters that are no JSON'],
    ['no object', '[]', 'no version that is known'],
    ['no version', '{}', 'no version that is known'],
    ['a version that is no number', '{"v":"2"}', 'no version that is known'],
    ['a version that never was', '{"v":0}', 'no version that is known'],
  ])('with %s is malformed, which is said without its content', (_, body, detail) => {
    expect(readEnvelope(body)).toEqual({ ok: false, reason: 'malformed', detail });
  });

  test.each([
    ['provider', { provider: 'sms' }],
    ['channel', { channel: 106540352242922 }],
    ['group', { group: undefined }],
    ['id', { id: null }],
    ['kind', { kind: 'Lucía' }],
    ['direction', { direction: 'up' }],
    ['type', { type: ['text'] }],
    ['occurredAt', { occurredAt: '1795212000000' }],
    ['receivedAt', { receivedAt: 1.5 }],
    ['wamid', { wamid: 1 }],
    ['contact', { contact: undefined }],
    ['contact', { contact: { phone: 5215550001111 } }],
    ['contact', { contact: { userId: 1 } }],
    ['contact', { contact: { lid: 1 } }],
    ['contact', { contact: { chatId: 1 } }],
    ['links', { links: {} }],
    ['links', { links: ['Lucía'] }],
    ['links', { links: [{ relation: 'knows', from: 'a', to: 'b' }] }],
    ['links', { links: [{ relation: 'same', to: 'b' }] }],
    ['links', { links: [{ relation: 'same', from: 'a' }] }],
    ['status', { status: 'read' }],
    ['status', { status: {} }],
    ['status', { status: { name: 'read', participant: 1 } }],
    ['status', { status: { name: 'read', detail: {} } }],
    ['status', { status: { name: 'read', account: 1 } }],
    ['status', { status: { name: 'read', displayPhoneNumber: 1 } }],
    ['status', { kind: 'status' }],
    ['payload', { payload: { text: 'Lucía' } }],
    ['payload', { payload: undefined }],
    ['payload', { payloadKey: 'payloads/message.a.json' }],
    ['payloadKey', { payload: undefined, payloadKey: 1 }],
    ['channel, id', { channel: 1, id: 1 }],
  ])('is malformed by its %s, which is named: %j', (fault, overrides) => {
    const detail = `no event, by ${fault}`;
    expect(readChanged(overrides)).toEqual({ ok: false, reason: 'malformed', detail });
  });

  test('of a later version is told from a malformed one', () => {
    const newer = JSON.stringify({ v: 2, anything: 'else' });
    expect(readEnvelope(newer)).toEqual({ ok: false, reason: 'newer' });
  });
});

function anEvent() {
  return metaEvent({ messages: [aMessage()] });
}

/** An envelope with some of its members otherwise. */
function changed(overrides: object): string {
  return JSON.stringify({ ...JSON.parse(writeEnvelope(anEvent())), ...overrides });
}

function readChanged(overrides: object) {
  return readEnvelope(changed(overrides));
}
