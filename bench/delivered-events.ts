import { setTimeout as sleep } from 'node:timers/promises';
import type { CallAws } from '../lambda/adapters/aws-json.ts';
import { webhookId } from '../lambda/domain/delivery.ts';
import type { WebhookEvent } from '../lambda/domain/event.ts';
import { aDelivery, routed } from '../test/support/deliveries.ts';
import type { RunningStack } from './local-stack.ts';
import type { Receiver } from './receiver.ts';
import { LIVE_CHANNEL, storeEvents } from './stored-events.ts';

/** A local stack with a subscriber whose endpoint is well. */
export interface Site {
  readonly stack: RunningStack;
  readonly receiver: Receiver;
  readonly dynamodb: CallAws;
}

/** What became of the events of the live channel. */
export interface Delivered {
  readonly events: number;
  readonly missing: number;
  readonly doubled: number;
  /** From the first that was stored to the last that came. */
  readonly perSecond: number;
  /** Of each, from stored to delivered. */
  readonly addedMs: readonly number[];
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
  const arrivals = await awaitArrivals(receiver, live.length);
  // Of an event that came twice, the first time counts.
  const cameAt = new Map(arrivals.toReversed());
  const addedMs = live.flatMap((event) => {
    const at = cameAt.get(webhookId(aDelivery({ event: routed(event) })));
    return at === undefined ? [] : [at - (storedAt.get(event.id) ?? at)];
  });
  return {
    events: live.length,
    missing: live.length - addedMs.length,
    doubled: arrivals.length - cameAt.size,
    perSecond: (1000 * cameAt.size) / (Math.max(...cameAt.values()) - startMs),
    addedMs,
    cpuMs: usedBefore && ((stack.cpuMs() ?? 0) - usedBefore) / live.length,
  };
}

/** All that comes, until that is everything, or nothing more does. */
async function awaitArrivals({ take }: Receiver, count: number) {
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
