import { setTimeout as sleep } from 'node:timers/promises';
import { webhookId } from '../lambda/delivery/delivery.ts';
import type { WebhookEvent } from '../lambda/events/event.ts';
import type { CallAws } from '../lambda/shared/aws/json-protocol.ts';
import { aDelivery, routed } from '../test/support/deliveries.ts';
import type { RunningStack } from './local-stack.ts';
import type { Receiver } from './receiver.ts';
import { LIVE_CHANNEL, storeEvents } from './stored-events.ts';
import type { SubscribersApi } from './subscribers-api.ts';

/** A local stack with a subscriber whose endpoint is well. */
export interface Site {
  readonly stack: RunningStack;
  readonly receiver: Receiver;
  readonly dynamodb: CallAws;
  readonly api: SubscribersApi;
  /** The subscriber to the live channel. */
  readonly subscriberId: string;
}

/** Since when what is known of subscribers is what they say: the router keeps it for the longest, ten seconds. */
export const SUBSCRIBERS_KEPT_MS = 11_000;

/** One that came. */
interface Arrival {
  /** In ms since 1970. */
  readonly storedAt: number;
  /** From stored to delivered. */
  readonly addedMs: number;
}

/** What became of the events of the live channel. */
export interface Delivered {
  readonly events: number;
  readonly missing: number;
  readonly doubled: number;
  readonly arrivals: readonly Arrival[];
  /** When the last came, in ms since 1970. */
  readonly lastAt: number;
  /** From the first that was stored to the last that came. */
  readonly perSecond: number;
  /** Of the whole stack, for each; undefined where the machine does not tell. */
  readonly cpuMs: number | undefined;
}

/** Gives up after so long without one more delivery. */
const PATIENCE_MS = 20_000;
const PAUSE_MS = 200;

/** Stores events at a rate, and waits until each of the live channel has come to its endpoint. */
export async function deliver(
  { stack, receiver, dynamodb }: Site,
  events: readonly WebhookEvent[],
  ratePerSecond: number,
): Promise<Delivered> {
  const live = events.filter(({ channel }) => channel === LIVE_CHANNEL);
  const startMs = Date.now();
  const usedBefore = stack.cpuMs();
  const storedAt = await storeEvents(dynamodb, stack.table, events, ratePerSecond);
  const came = await awaitArrivals(receiver, live.length);
  const used = usedBefore && ((stack.cpuMs() ?? 0) - usedBefore) / live.length;
  return { ...deliveredOf(live, storedAt, came, startMs), cpuMs: used };
}

/** What came of events that were stored, all of them of the live channel. */
export function deliveredOf(
  live: readonly WebhookEvent[],
  storedAt: ReadonlyMap<string, number>,
  came: readonly (readonly [id: string, atMs: number])[],
  startMs: number,
): Omit<Delivered, 'cpuMs'> {
  // Of an event that came twice, the first time counts.
  const cameAt = new Map(came.toReversed());
  const arrivals = live.flatMap((event) => {
    const at = cameAt.get(webhookId(aDelivery({ event: routed(event) })));
    if (at === undefined) return [];
    const storedAtMs = storedAt.get(event.id) ?? at;
    return [{ storedAt: storedAtMs, addedMs: at - storedAtMs }];
  });
  const lastAt = Math.max(...cameAt.values());
  return {
    events: live.length,
    missing: live.length - arrivals.length,
    doubled: came.length - cameAt.size,
    arrivals,
    lastAt,
    perSecond: (1000 * cameAt.size) / (lastAt - startMs),
  };
}

/** All that comes, until that is everything, or nothing more does. */
export async function awaitArrivals({ take }: Receiver, count: number) {
  const arrivals = [...(await take())];
  let progressMs = performance.now();
  while (arrivals.length < count && performance.now() - progressMs < PATIENCE_MS) {
    await sleep(PAUSE_MS);
    const more = await take();
    if (more.length > 0) progressMs = performance.now();
    arrivals.push(...more);
  }
  return arrivals;
}
