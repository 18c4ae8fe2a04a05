import { setTimeout as sleep } from 'node:timers/promises';
import {
  awaitArrivals,
  type Delivered,
  deliver,
  deliveredOf,
  type Site,
  SUBSCRIBERS_KEPT_MS,
} from './delivered-events.ts';
import type { OtherSubscribers } from './other-subscribers.ts';
import { liveEvents, messagesTo, storeEvents } from './stored-events.ts';

/** Whoever delivers knows by then that a subscriber was paused, resumed or pointed elsewhere. */
const KNOWN_MS = 3000;

const START_SECONDS = 20;

/** What is measured, and the same without what it is measured for. */
export interface Pair<T> {
  readonly alone: T;
  readonly beside: T;
}

export interface BesideOthers {
  readonly seed: number;
  readonly seconds: number;
  /** Events a second, of the live channel and of the others. */
  readonly rates: { readonly live: number; readonly others: number };
}

/** Of the live endpoint, alone and then beside others. The same is stored in both. */
export async function aloneAndBeside(
  site: Site,
  others: OtherSubscribers,
  { seed, seconds, rates }: BesideOthers,
): Promise<Pair<Delivered>> {
  const phase = async (phaseSeed: number, phaseSeconds: number) => {
    const live = liveEvents(phaseSeed, phaseSeconds * rates.live);
    const theirs = messagesTo(others.channels, phaseSeed + 1, phaseSeconds * rates.others);
    const every = Math.round(rates.live / rates.others);
    const mixed = live.flatMap((event, n) =>
      n % every === 0 ? [event, ...theirs.slice(n / every, n / every + 1)] : [event],
    );
    return await deliver(site, mixed, rates.live + rates.others);
  };
  const alone = await phase(seed, seconds);
  await others.add();
  await sleep(SUBSCRIBERS_KEPT_MS);
  // Here all functions start on the processors of one machine; in AWS nobody else's start is felt.
  await phase(seed + 2, START_SECONDS);
  const beside = await phase(seed + 4, seconds);
  await others.remove();
  await sleep(SUBSCRIBERS_KEPT_MS);
  return { alone, beside };
}

/** Seconds before a pause, of it, after it, and those after them that are looked at. */
export interface PauseTimes {
  readonly before: number;
  readonly pause: number;
  readonly after: number;
  readonly looked: number;
}

/** What was delivered around a pause, all of it and in the times that are compared. */
export interface AroundPause {
  readonly all: Delivered;
  readonly beforeMs: readonly number[];
  readonly afterMs: readonly number[];
}

/** Steady traffic to a subscriber that is paused for a while. */
export async function aroundPause(
  site: Site,
  seed: number,
  ratePerSecond: number,
  times: PauseTimes,
): Promise<AroundPause> {
  const seconds = times.before + times.pause + times.after + times.looked;
  const delivering = deliver(site, liveEvents(seed, seconds * ratePerSecond), ratePerSecond);
  await sleep(1000 * times.before);
  const pausedAt = Date.now();
  await site.api.pause(site.subscriberId);
  await sleep(1000 * times.pause);
  await site.api.resume(site.subscriberId);
  const settledAt = Date.now() + 1000 * times.after;
  const all = await delivering;
  const addedMs = (isLookedAt: (storedAt: number) => boolean) =>
    all.arrivals.filter(({ storedAt }) => isLookedAt(storedAt)).map((one) => one.addedMs);
  return {
    all,
    // What was stored just before may still be under way when it is paused.
    beforeMs: addedMs((storedAt) => storedAt < pausedAt - 1000),
    afterMs: addedMs((storedAt) => storedAt >= settledAt),
  };
}

/** Deliveries to an endpoint that takes its time. */
export interface Drained {
  /** As they come. */
  readonly live: Delivered;
  /** All of them waiting, from when they may go out. */
  readonly waiting: Omit<Delivered, 'cpuMs'>;
}

/** So many deliveries as fast as they are stored, and as many that wait until the last is stored. */
export async function liveAndDrained(site: Site, seed: number, count: number): Promise<Drained> {
  const { api, receiver, subscriberId, dynamodb, stack } = site;
  await api.pointTo(subscriberId, receiver.steadyUrl);
  await sleep(KNOWN_MS);
  const live = await deliver(site, liveEvents(seed, count), Infinity);
  await api.pause(subscriberId);
  await sleep(KNOWN_MS);
  const events = liveEvents(seed + 1, count);
  const storedAt = await storeEvents(dynamodb, stack.table, events, Infinity);
  while ((await api.waiting(subscriberId)) < events.length) await sleep(1000);
  const startMs = Date.now();
  await api.resume(subscriberId);
  const waiting = deliveredOf(events, storedAt, await awaitArrivals(receiver, count), startMs);
  await api.pointTo(subscriberId, receiver.liveUrl);
  await sleep(KNOWN_MS);
  return { live, waiting };
}
