import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEnvelope, writeEnvelope } from '../../lambda/domain/envelope.ts';
import { aMessage, aStatus, metaWebhook, only, splitMeta } from '../support/webhooks.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what SQS takes, by its documentation of `SendMessage`.
const SQS_CHARACTERS = /^[\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

const aText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)),
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
    const event = only(splitMeta(metaWebhook({ statuses: [aStatus()] })));
    expect(readEnvelope(writeEnvelope(event))).toEqual({ ok: true, event });
  });

  test.each([
    ['no JSON', 'Lucía'],
    ['no object', '[]'],
    ['no version', '{}'],
    [
      'links that are none',
      JSON.stringify({ ...JSON.parse(writeEnvelope(anEvent())), links: [1] }),
    ],
    ['a version that is no number', '{"v":"2"}'],
    [
      'a missing payload',
      JSON.stringify({ ...JSON.parse(writeEnvelope(anEvent())), payload: undefined }),
    ],
    [
      'a kind of no meaning',
      JSON.stringify({ ...JSON.parse(writeEnvelope(anEvent())), kind: 'x' }),
    ],
  ])('with %s is malformed, which is said without its content', (_, body) => {
    const reading = readEnvelope(body);
    expect(reading).toMatchObject({ ok: false, reason: 'malformed' });
    expect(JSON.stringify(reading)).not.toContain('Luc');
  });

  test('of a later version is told from a malformed one', () => {
    const newer = JSON.stringify({ v: 2, anything: 'else' });
    expect(readEnvelope(newer)).toMatchObject({ ok: false, reason: 'newer' });
  });
});

function anEvent() {
  return only(splitMeta(metaWebhook({ messages: [aMessage()] })));
}
