import { setTimeout as sleep } from 'node:timers/promises';
import type { QueuedEvent } from '../lambda/events/envelope.ts';
import { contactGroup, eventId, type WebhookEvent } from '../lambda/events/event.ts';
import { splitMetaWebhook } from '../lambda/providers/meta/webhook.ts';
import type { CallAws } from '../lambda/shared/aws/json-protocol.ts';
import { parseJsonSource } from '../lambda/shared/json/json-source.ts';
import { sideBySide } from '../lambda/shared/queue/side-by-side.ts';
import { eventTable } from '../lambda/table/event-table.ts';
import { generateTraffic, type Webhook } from '../local/traffic/traffic.ts';

/** The channel of the traffic that is made up. */
export const LIVE_CHANNEL = '900000000000100';

/** Events of many people, a quarter messages, the rest statuses; others for another seed. */
export function liveEvents(seed: number, count: number): readonly WebhookEvent[] {
  return liveWebhooks(seed, count).flatMap(eventsOf);
}

/** Messages to one channel after another, of many people. */
export function messagesTo(
  channels: readonly string[],
  seed: number,
  count: number,
): readonly WebhookEvent[] {
  return trafficEvents(seed, count, 0).map((event, n) => {
    const channel = channels[n % channels.length] ?? '';
    const { wamid = '', contact } = event;
    const group = contactGroup(channel, contact.userId ?? wamid);
    return { ...event, channel, group, id: eventId('message', [channel, wamid]) };
  });
}

/** The webhooks of as many live events, one each. */
export function liveWebhooks(seed: number, count: number): readonly Webhook[] {
  return traffic(seed, Math.ceil(count / 4), Math.floor((count * 3) / 4));
}

export function eventsOf({ body }: Webhook): readonly WebhookEvent[] {
  const split = splitMetaWebhook(parseJsonSource(body), Date.now());
  return split.ok ? split.events : [];
}

function trafficEvents(seed: number, messages: number, statuses: number): readonly WebhookEvent[] {
  return traffic(seed, messages, statuses).flatMap(eventsOf);
}

function traffic(seed: number, messages: number, statuses: number): readonly Webhook[] {
  return generateTraffic({
    ...{ provider: 'meta', seed, contacts: 500, mediaShare: 0, batch: 1 },
    ...{ messages, statuses },
  });
}

/** More writes under way only wait for each other. */
const WRITES = 32;

/**
 * Writes events into the table as the processor does: evenly, or as fast as it goes at a rate of
 * `Infinity`. Returns when each was stored, by its id, in ms since 1970.
 */
export async function storeEvents(
  dynamodb: CallAws,
  tableName: string,
  events: readonly QueuedEvent[],
  ratePerSecond: number,
): Promise<ReadonlyMap<string, number>> {
  const store = eventTable(dynamodb, { tableName, retentionDays: 30, now: Date.now });
  const storedAt = new Map<string, number>();
  const startMs = performance.now();
  await sideBySide(events.entries(), WRITES, async ([n, event]) => {
    const waitMs = startMs + (1000 * n) / ratePerSecond - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    await store(event, String(n), AbortSignal.timeout(20_000));
    storedAt.set(event.id, Date.now());
  });
  return storedAt;
}
