import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEnvelope } from '../../../lambda/events/envelope.ts';
import type { WebhookEvent } from '../../../lambda/events/event.ts';
import {
  enqueueEvents,
  type OutgoingEvent,
} from '../../../lambda/inbound/ingest/enqueue-events.ts';
import type { Refusal } from '../../../lambda/shared/queue/outgoing-message.ts';
import { aMessage, aStatus, metaEvent, metaWebhook, splitMeta } from '../../support/webhooks.ts';

const NEVER = new AbortController().signal;

/** A queue that remembers the order in which batches began and were confirmed. */
function fakeQueue(
  refuse: (message: OutgoingEvent, attempt: number) => Refusal<OutgoingEvent>[] = () => [],
) {
  const attempts = new Map<string, number>();
  const stored: OutgoingEvent[] = [];
  const payloads = new Map<string, string>();
  const log: string[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const deps = {
    sendBatch: async (batch: readonly OutgoingEvent[]) => {
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      const refusals = batch.flatMap((message) => {
        const attempt = (attempts.get(message.event.id) ?? 0) + 1;
        attempts.set(message.event.id, attempt);
        const refused = refuse(message, attempt);
        if (refused.length === 0) stored.push(message);
        return refused;
      });
      log.push(`sent ${batch.length}`);
      underWay -= 1;
      return refusals;
    },
    storePayload: async (key: string, payload: string) => {
      payloads.set(key, payload);
      log.push('payload stored');
    },
    count: (metric: string) => void log.push(metric),
  };
  return { deps, stored, payloads, log, mostUnderWay: () => mostUnderWay };
}

function eventsOf(senders: readonly number[]): readonly WebhookEvent[] {
  const messages = senders.map((sender, index) =>
    aMessage({ id: `wamid.${index}`, from_user_id: `MX.${sender}` }),
  );
  return splitMeta(metaWebhook({ messages }));
}

describe('enqueueEvents', () => {
  test('sends each event once, those of a group in order, in at most ten lanes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(30), { maxLength: 200 }), async (senders) => {
        const events = eventsOf(senders);
        const queue = fakeQueue();
        await enqueueEvents(events, NEVER, queue.deps);

        const byGroup = (list: readonly WebhookEvent[]) =>
          Object.entries(Object.groupBy(list, ({ group }) => group)).toSorted();
        expect(byGroup(queue.stored.map(({ event }) => event))).toEqual(byGroup(events));
        expect(queue.mostUnderWay()).toBeLessThanOrEqual(10);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    [1, 1, 1],
    [10, 7, 1],
    [1000, 7, 109],
  ])('sends %d events of %d senders in at most %d requests', async (count, senders, most) => {
    const queue = fakeQueue();
    await enqueueEvents(
      eventsOf(Array.from({ length: count }, (_, i) => i % senders)),
      NEVER,
      queue.deps,
    );
    expect(queue.log.length).toBeLessThanOrEqual(most);
  });

  test('keeps batches below the size that SQS takes', async () => {
    const text = { body: 'x'.repeat(300_000) };
    const messages = Array.from({ length: 9 }, (_, i) => aMessage({ id: `wamid.${i}`, text }));
    const queue = fakeQueue();
    await enqueueEvents(splitMeta(metaWebhook({ messages })), NEVER, queue.deps);
    expect(queue.log).toEqual(['sent 3', 'sent 3', 'sent 3']);
  });

  test('sends again, once, what was refused for no fault of its own', async () => {
    const refuseFirst = (message: OutgoingEvent, attempt: number) =>
      attempt === 1 ? [{ message, isSenderFault: false }] : [];
    const queue = fakeQueue(refuseFirst);
    await enqueueEvents(eventsOf([1, 2, 3]), NEVER, queue.deps);
    expect(queue.stored).toHaveLength(3);
  });

  test('rejects when some are refused twice, after all lanes have ended', async () => {
    const refuseOne = (message: OutgoingEvent) =>
      message.event.wamid === 'wamid.5' ? [{ message, isSenderFault: false }] : [];
    const queue = fakeQueue(refuseOne);
    const senders = Array.from({ length: 100 }, (_, i) => i);

    await expect(enqueueEvents(eventsOf(senders), NEVER, queue.deps)).rejects.toThrow(
      'refused twice',
    );
    const sent = queue.log.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(queue.log).toHaveLength(sent);
  });

  test('rejects only after all lanes have ended, where one fails at once', async () => {
    let underWay = 0;
    const { deps } = fakeQueue();
    const sendBatch = async (batch: readonly OutgoingEvent[]) => {
      if (batch.some(({ event }) => event.wamid === 'wamid.0')) throw new Error('away');
      underWay += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      underWay -= 1;
      return [];
    };
    const senders = Array.from({ length: 100 }, (_, i) => i);
    const sent = enqueueEvents(eventsOf(senders), NEVER, { ...deps, sendBatch });

    await expect(sent).rejects.toThrow('away');
    expect(underWay).toBe(0);
  });

  test('lets no later event of a group overtake one that was refused', async () => {
    const refuseFifth = (message: OutgoingEvent) =>
      message.event.wamid === 'wamid.5' ? [{ message, isSenderFault: false }] : [];
    const queue = fakeQueue(refuseFifth);
    await expect(enqueueEvents(eventsOf(Array(30).fill(1)), NEVER, queue.deps)).rejects.toThrow();
    expect(queue.stored.every(({ event }) => Number(event.wamid?.slice(6)) < 10)).toBe(true);
  });

  test('parks what SQS refuses for its content, and sends a message that points there', async () => {
    const refuseContent = (message: OutgoingEvent) =>
      message.body.includes('"payload"') ? [{ message, isSenderFault: true }] : [];
    const queue = fakeQueue(refuseContent);
    const [event] = eventsOf([1]);
    await enqueueEvents(eventsOf([1]), NEVER, queue.deps);

    expect(queue.log).toEqual(['sent 1', 'payload stored', 'EventOverflowed', 'sent 1']);
    expect(queue.payloads.get(`payloads/${event?.id}.json`)).toBe(event?.payload);
    expect(readEnvelope(queue.stored[0]?.body ?? '')).toMatchObject({
      event: { id: event?.id, payloadKey: `payloads/${event?.id}.json` },
    });
  });

  test('parks a payload that no row holds before it sends anything', async () => {
    const event = metaEvent({ messages: [aMessage({ blob: 'ñ'.repeat(180_000) })] });
    const queue = fakeQueue();
    await enqueueEvents([event], NEVER, queue.deps);
    expect(queue.log).toEqual(['payload stored', 'EventOverflowed', 'sent 1']);
    expect(queue.stored[0]?.bytes).toBeLessThan(2_000);
  });

  test("parks a status whose detail is too long for the message's row", async () => {
    const event = metaEvent({ statuses: [aStatus({ errors: 'x'.repeat(20_000) })] });
    const queue = fakeQueue();
    await enqueueEvents([event], NEVER, queue.deps);
    const reading = readEnvelope(queue.stored[0]?.body ?? '');
    expect(reading.ok && reading.event.status?.detail).toBeUndefined();
    expect(reading.ok && reading.event.payloadKey).toBe(`payloads/${event.id}.json`);
  });

  test('rejects when a payload cannot be parked', async () => {
    const queue = fakeQueue();
    const storePayload = () => Promise.reject(new Error('S3 is down'));
    const event = metaEvent({ messages: [aMessage({ blob: 'x'.repeat(400_000) })] });
    await expect(enqueueEvents([event], NEVER, { ...queue.deps, storePayload })).rejects.toThrow();
    expect(queue.stored).toEqual([]);
  });
});
