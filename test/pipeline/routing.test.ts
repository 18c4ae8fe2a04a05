import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../lambda/delivery/delivery.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import { eventOfPayload } from '../../lambda/table/stored-event.ts';
import type { LocalStack } from '../../local/stack.ts';
import { disturb, generateTraffic, type Webhook } from '../../local/traffic/traffic.ts';
import { operatorOf } from '../bin/command-line.ts';
import { addSubscriber, watchQueue } from '../bin/subscribed.ts';
import { archivedKeys, archivedLines } from '../support/archive.ts';
import { aMessage, aStatus, SENT_AT, splitMeta, splitWasender } from '../support/just-sent.ts';
import { aPipeline } from '../support/pipeline.ts';
import { metaWebhook } from '../support/webhooks.ts';

const PATIENCE = { timeout: 30_000 };

/** What is sent to a subscriber's queue from now on, in its order, each once. */
function watchDeliveries(stack: LocalStack, id: string): () => readonly Delivery[] {
  const sent = watchQueue(stack, id);
  return () => [...new Map(sent.map(({ delivery }) => [delivery.event.id, delivery])).values()];
}

function idsIn(webhooks: readonly Webhook[]): string[] {
  const events = webhooks.flatMap(({ provider, body }) =>
    provider === 'meta' ? splitMeta(body) : splitWasender(body, 'local'),
  );
  return [...new Set(events.map(({ id }) => id))].toSorted();
}

function splitAgain({ provider, channel, receivedAt, payload = '' }: RoutedEvent) {
  return eventOfPayload({ provider, channel, receivedAt }, payload)?.id;
}

describe('what is stored', { timeout: 120_000 }, () => {
  test.each(['meta', 'wasender'] as const)(
    'is handed on once to each who wants it, whatever %s sends twice or in disorder',
    async (provider) => {
      const pipeline = await aPipeline();
      const watch = async (filter: object) =>
        watchDeliveries(pipeline.stack, await addSubscriber(pipeline, { filter }));
      const toAll = await watch({ mediaEvents: false });
      const toReaders = await watch({ kinds: ['status'], statuses: ['read'] });
      const script = {
        endMs: SENT_AT,
        seed: 7,
        contacts: 20,
        messages: 60,
        statuses: 90,
        mediaShare: 0.2,
      };
      const webhooks = generateTraffic({ ...script, provider, batch: 5 });

      await pipeline.postAll(disturb(webhooks, { seed: 7, duplicates: 0.2, shuffle: true }));
      await pipeline.settle();

      const eventsOf = (deliveries: typeof toAll) => deliveries().map(({ event }) => event);
      const routed = () => eventsOf(toAll).map(({ id }) => id);
      await expect.poll(() => routed().toSorted(), PATIENCE).toEqual(idsIn(webhooks));
      expect(eventsOf(toAll).map(splitAgain)).toEqual(routed());
      const read = eventsOf(toAll).filter(({ type }) => type === 'read');
      await expect.poll(() => new Set(eventsOf(toReaders)), PATIENCE).toEqual(new Set(read));
      expect(read.length).toBeGreaterThan(0);
    },
  );

  test('is handed on in the order of its contact, however often the queue refuses', async () => {
    const pipeline = await aPipeline();
    const deliveries = watchDeliveries(pipeline.stack, await addSubscriber(pipeline));
    const messages = Array.from({ length: 60 }, (_, n) =>
      aMessage({ id: `wamid.${n}`, from_user_id: `MX.${n % 3}` }),
    );
    expect((await pipeline.post(metaWebhook({ messages }))).status).toBe(200);
    let calls = 0;
    pipeline.stack.faults.sqs = (action) => {
      if (action !== 'SendMessageBatch') return undefined;
      calls += 1;
      return calls % 3 === 0 ? undefined : { code: 'InternalError', status: 500 };
    };
    await pipeline.settle();

    await expect.poll(() => deliveries().length, PATIENCE).toBe(messages.length);
    const byContact = Map.groupBy(deliveries(), ({ event }) => event.group);
    for (const ofContact of byContact.values()) {
      const numbers = ofContact.map(({ event }) => Number(event.wamid?.slice('wamid.'.length)));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
    expect(byContact.size).toBe(3);
  });

  test('is handed on and archived by catch-up where nobody heard of it then, as the router would have done', async () => {
    const pipeline = await aPipeline();
    const messages = Array.from({ length: 30 }, (_, n) =>
      aMessage({ id: `wamid.${n}`, from_user_id: `MX.${n % 3}` }),
    );
    const statuses = ['sent', 'delivered', 'read'].map((status, n) =>
      aStatus({
        status,
        // Of yesterday: a status may come long after it happened.
        timestamp: String(Math.floor(pipeline.stack.clock.now() / 1000) + n - 86_400),
      }),
    );
    const webhook = metaWebhook({ messages, statuses });
    const from = new Date(pipeline.stack.clock.now() - 60_000).toISOString();
    expect((await pipeline.post(webhook)).status).toBe(200);
    await pipeline.settle();
    // The archive gathers for five minutes.
    pipeline.stack.clock.advance(300_000);
    await expect.poll(() => pipeline.stack.left(), PATIENCE).toBe(0);
    const deliveries = watchQueue(pipeline.stack, await addSubscriber(pipeline));
    const floodgate = operatorOf(pipeline.stack);
    const until = new Date(pipeline.stack.clock.now() + 60_000).toISOString();
    const catchUp = (...more: string[]) =>
      floodgate('catch-up', '--from', from, '--until', until, '--json', ...more);

    const report = `${JSON.stringify({ events: 33, deliveries: 33, unreadable: 0 })}\n`;
    expect(await catchUp('--dry-run')).toMatchObject({ exitCode: 0, stdout: report });
    expect(deliveries).toHaveLength(0);
    const before = await archivedKeys(pipeline.stack);
    expect(await catchUp()).toMatchObject({ exitCode: 0, stdout: report });

    expect(deliveries.map(({ delivery }) => delivery.event.id).toSorted()).toEqual(
      idsIn([{ provider: 'meta', body: webhook }]),
    );
    const added = (await archivedKeys(pipeline.stack)).filter((key) => !before.includes(key));
    const lines = await archivedLines(pipeline.stack, added);
    expect(lines.map((line) => JSON.parse(line).id).toSorted()).toEqual(
      idsIn([{ provider: 'meta', body: webhook }]),
    );
    for (const ofContact of Map.groupBy(deliveries, ({ group }) => group).values()) {
      const ids = ofContact.map(({ delivery }) => delivery.event.id);
      const inWebhook = splitMeta(webhook).filter(({ id }) => ids.includes(id));
      expect(ids).toEqual(inWebhook.map(({ id }) => id));
    }
  });
});
