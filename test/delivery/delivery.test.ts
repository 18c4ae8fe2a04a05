import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Delivery,
  deliveryDeduplicationId,
  deliveryGroup,
  readDelivery,
  webhookId,
  writeDelivery,
} from '../../lambda/delivery/delivery.ts';
import { anOutgoingEvent } from '../support/deliveries.ts';

function delivery(overrides: Partial<Delivery> = {}): Delivery {
  return {
    subscriberId: 'sub_a',
    routedAt: 1_700_000_000_000,
    event: {
      ...{ provider: 'meta', channel: '1065', kind: 'message', type: 'text' },
      ...{ direction: 'inbound', group: 'contact.g', id: 'message.one' },
      ...{ occurredAt: 1_700_000_000_000, receivedAt: 1_700_000_000_500, payload: '{}' },
    },
    ...overrides,
  };
}

const at = { eventId: 'message.one', settledAt: 1_700_000_001_000 };
const told = { ...at, state: 'failed', reason: 'sha256' } as const;
const stored = {
  ...at,
  state: 'stored',
  key: 'media/default/message.one',
  sizeBytes: 90_210,
  sha256: 'ab'.repeat(32),
  mimeType: 'image/jpeg',
} as const;
const ofFile = delivery({ event: { ...delivery().event, id: 'media.message.one', media: stored } });

const later = delivery({ event: { ...delivery().event, id: 'message.two' } });

describe('a delivery', () => {
  test('waits for the one before it in its group, where the subscriber wants order', () => {
    expect(deliveryGroup(later, true)).toBe(deliveryGroup(delivery(), true));
    expect(deliveryGroup(later, false)).not.toBe(deliveryGroup(delivery(), false));
  });

  test('of what became of a file waits for its message, whether the subscriber wants order or not', () => {
    for (const isOrdered of [true, false]) {
      expect(deliveryGroup(ofFile, isOrdered)).toBe(deliveryGroup(delivery(), isOrdered));
      expect(deliveryDeduplicationId(ofFile)).not.toBe(deliveryDeduplicationId(delivery()));
    }
    expect(deliveryGroup(ofFile, false)).not.toBe(deliveryGroup(later, false));
    expect(webhookId(ofFile)).toBe('media_message_one');
  });

  test('waits for no other subscriber', () => {
    const other = delivery({ subscriberId: 'sub_b' });

    expect(deliveryGroup(other, true)).not.toBe(deliveryGroup(delivery(), true));
    expect(deliveryDeduplicationId(other)).not.toBe(deliveryDeduplicationId(delivery()));
  });

  test('is sent once, and once more by each replay', () => {
    const replays = [undefined, 'one', 'two'].map((replayId) =>
      deliveryDeduplicationId(delivery(replayId === undefined ? {} : { replayId })),
    );

    expect(new Set(replays).size).toBe(3);
    expect(deliveryDeduplicationId(later)).not.toBe(replays[0]);
  });

  test('has an id without a dot, the same in a replay', () => {
    expect(webhookId(delivery())).toBe('message_one');
    expect(webhookId(delivery({ replayId: 'one' }))).toBe('message_one');
  });
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: what SQS takes, by its documentation of `SendMessage`.
const SQS_CHARACTERS = /^[\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

const aText = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)),
    fc.constantFrom('\uFFFE', '\uFFFF'),
  ),
});

describe('the message of a delivery', () => {
  test('gives back the delivery that it was written from, in characters that SQS takes', () => {
    fc.assert(
      fc.property(aText, aText, (payload, type) => {
        const { payload: _, payloadKey: __, ...facts } = delivery().event;
        const one = delivery({ event: { ...facts, type, payload, wamid: type } });
        const written = writeDelivery(one);
        expect(written).toMatch(SQS_CHARACTERS);
        expect(readDelivery(written)).toEqual({ ok: true, delivery: one });
      }),
    );
  });

  test('carries the key of a payload that lies elsewhere, and which replay sends it', () => {
    const { payload: _, payloadKey: __, ...facts } = delivery().event;
    const event = { ...facts, payloadKey: 'payloads/message.one.json' };
    const parked = delivery({ event, replayId: 'replay-1' });

    expect(readDelivery(writeDelivery(parked))).toEqual({ ok: true, delivery: parked });
  });

  test.each([
    ['that is stored', stored],
    ['that will not come', told],
    ['that nobody has any more', { ...at, state: 'expired' } as const],
  ])('carries what became of a file %s', (_, media) => {
    const one = delivery({ event: { ...delivery().event, media } });

    expect(readDelivery(writeDelivery(one))).toEqual({ ok: true, delivery: one });
  });

  test('is of version 2 only where the release before would take a file for its message', () => {
    expect(JSON.parse(writeDelivery(delivery()))).toMatchObject({ v: 1 });
    expect(JSON.parse(writeDelivery(ofFile))).toMatchObject({ v: 2 });
  });

  test('is of version 3 where the release before knows no such event, and is read', () => {
    const ours = delivery({ event: anOutgoingEvent() });

    expect(JSON.parse(writeDelivery(ours))).toMatchObject({ v: 3 });
    expect(readDelivery(writeDelivery(ours))).toEqual({ ok: true, delivery: ours });
  });

  test.each([
    ['no JSON', 'Lucía', '5 characters that are no JSON'],
    ['no object', '[]', 'no version that is known'],
    ['no version', '{}', 'no version that is known'],
    ['a version that never was', '{"v":0}', 'no version that is known'],
  ])('with %s is malformed, which is said without its content', (_, body, detail) => {
    expect(readDelivery(body)).toEqual({ ok: false, reason: 'malformed', detail });
  });

  test.each([
    ['subscriberId', { subscriberId: 1 }],
    ['routedAt', { routedAt: 'now' }],
    ['replayId', { replayId: 1 }],
    ['event', { event: 'Lucía' }],
    ['event.provider', { event: { ...delivery().event, provider: 'sms' } }],
    ['event.kind', { event: { ...delivery().event, kind: 'Lucía' } }],
    ['event.occurredAt', { event: { ...delivery().event, occurredAt: 1.5 } }],
    ['event.payload', { event: { ...delivery().event, payload: undefined } }],
    ['event.payload', { event: { ...delivery().event, payloadKey: 'payloads/message.one.json' } }],
    ['event.payloadKey', { event: { ...delivery().event, payload: undefined, payloadKey: 1 } }],
    ['event.media', { event: { ...delivery().event, media: { ...told, eventId: 1 } } }],
    ['event.media', { event: { ...delivery().event, media: { ...told, state: 'pending' } } }],
    ['event.media', { event: { ...delivery().event, media: { ...told, settledAt: undefined } } }],
    ['event.media', { event: { ...delivery().event, media: { ...stored, key: undefined } } }],
    ['event.media', { event: { ...delivery().event, media: { ...stored, sizeBytes: '1' } } }],
    ['subscriberId, event.id', { subscriberId: null, event: { ...delivery().event, id: 1 } }],
  ])('is malformed by its %s, which is named', (fault, overrides) => {
    const body = JSON.stringify({ ...JSON.parse(writeDelivery(delivery())), ...overrides });

    const detail = `no delivery, by ${fault}`;
    expect(readDelivery(body)).toEqual({ ok: false, reason: 'malformed', detail });
  });

  test('of a later version is told from a malformed one', () => {
    const newer = JSON.stringify({ v: 4, anything: 'else' });
    expect(readDelivery(newer)).toEqual({ ok: false, reason: 'newer' });
  });
});
