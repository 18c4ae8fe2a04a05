import { readCampaignMessageId } from '../events/outgoing-id.ts';
import { earliestReady, type Held, type LaneRow, nextToSend } from './choice.ts';
import type { Look } from './lane-table.ts';
import {
  afterRest,
  afterSend,
  afterThrottle,
  type LaneRate,
  nextRequestAt,
  nextSendAt,
  type Pace,
  startPace,
} from './pace.ts';
import type { Feed } from './pulling/feed.ts';
import type { SendOutcome } from './send-outcome.ts';
import { PATIENCE_MS } from './slice.ts';

export interface LaneDeps {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Reads the channel as it is now. Undefined where it is paused, or gone. */
  readonly readRate: () => Promise<LaneRate | undefined>;
  /** Reads what waits, consistently: replies first, each class in order, as much as may be needed. */
  readonly look: (held: Held) => Promise<Look>;
  /** Claims a message and sends it. `turn` resolves, with the time, when its request may go out. */
  readonly send: (row: LaneRow, turn: () => Promise<number>) => Promise<SendOutcome>;
  /** Ends a message whose time is over. */
  readonly expire: (row: LaneRow) => Promise<void>;
  /** Ends a message of a campaign that is cancelled. */
  readonly cancel: (row: LaneRow) => Promise<void>;
  /** A campaign as it goes in this lane. */
  readonly openFeed: (id: string) => Feed;
}

/**
 * - `idle`: nothing is due soon
 * - `left`: the slice is over, and something waits
 * - `rest`: nothing may go out for a while
 * - `paused`: the channel is, or it is gone
 * - `failed`: the table cannot be asked
 */
export type LaneEnd =
  | { readonly kind: 'idle' | 'left' | 'paused' }
  | { readonly kind: 'rest'; readonly untilMs: number }
  | { readonly kind: 'failed'; readonly error: unknown };

const LOOK_MS = 200;
const CHANNEL_MS = 1000;
/** Longer than wakes are one and clocks differ, so that the last look sees all that this wake stands for. */
const SHORTEST_MS = 300;

/**
 * Sends what waits in a lane, at its pace, until nothing is due or the slice is over.
 *
 * @param slice how long that is, in ms; found out beside the first look, and not before it
 */
export async function runLane(slice: Promise<number>, deps: LaneDeps): Promise<LaneEnd> {
  const { now, sleep } = deps;
  const lane = openLane(now());
  const [sliceMs] = await Promise.all([slice, readChannel(lane, deps), look(lane, deps)]);
  const endsAt = lane.openedAt + sliceMs;
  while (now() < endsAt && endOf(lane, now()) === undefined) {
    refresh(lane, deps);
    endOverdue(lane, deps);
    const { ms, isOfPace } = sendNext(lane, deps);
    const waitMs = Math.min(ms, endsAt - now());
    // What a look finds is begun at once, and what waited for an answer to its contact.
    const sooner = isOfPace ? [] : [lane.workEnds.promise];
    if (waitMs > 0) await Promise.race([sleep(waitMs), ...sooner]);
  }
  const end = endOf(lane, now());
  await Promise.all(lane.work);
  await Promise.all([...lane.feeds.values()].map((feed) => orFail(lane, () => feed.close())));
  // Somebody may have come into a campaign since, whose wake was one with this one.
  if (end?.kind === 'idle' && endOf(lane, now())?.kind === 'idle') return end;
  // It tells whether something is left for another invocation.
  if (lane.failure === undefined) await look(lane, deps);
  return endOf(lane, now()) ?? { kind: 'left' };
}

interface Lane extends Held {
  readonly openedAt: number;
  readonly taken: Set<string>;
  readonly underWay: Set<string>;
  readonly until: Map<string, number>;
  readonly work: Set<Promise<void>>;
  /** Resolves when the next of the work has ended. */
  workEnds: PromiseWithResolvers<void>;
  pace: Pace;
  /** Undefined while nothing may be sent. */
  rate: LaneRate | undefined;
  channelReadAt: number;
  rows: readonly LaneRow[];
  /** Campaigns, and how many of each it drew by its weight. */
  readonly feeds: Map<string, Feed>;
  readonly shares: Map<string, number>;
  lookedAt: number;
  /** When the look began that saw `rows`. */
  seenAt: number;
  /** When requests went out of late, the oldest first. */
  requests: number[];
  failure: { readonly error: unknown } | undefined;
}

function openLane(openedAt: number): Lane {
  const feeds = new Map<string, Feed>();
  return {
    ...{ openedAt, taken: new Set(), underWay: new Set(), until: new Map(), work: new Set() },
    ...{ feeds, shares: new Map() },
    opensAt: (row) => feedOf(row, feeds)?.opensAt(row) ?? Number.POSITIVE_INFINITY,
    workEnds: Promise.withResolvers(),
    ...{ pace: startPace(openedAt), rate: undefined, channelReadAt: openedAt },
    ...{ rows: [], lookedAt: openedAt, seenAt: openedAt, requests: [], failure: undefined },
  };
}

function endOf(lane: Lane, now: number): LaneEnd | undefined {
  if (lane.failure !== undefined) return { kind: 'failed', error: lane.failure.error };
  if (lane.rate === undefined) return { kind: 'paused' };
  const { restsUntil } = lane.pace;
  const isQuiet = lane.work.size === 0 && lane.seenAt >= lane.openedAt + SHORTEST_MS;
  if (isQuiet && nextDueAt(lane) > now + PATIENCE_MS) return { kind: 'idle' };
  return restsUntil > now + PATIENCE_MS ? { kind: 'rest', untilMs: restsUntil } : undefined;
}

/** When the first of what waits, or of what campaigns have, can go. */
function nextDueAt(lane: Lane): number {
  const ofFeeds = [...lane.feeds.values()].map((feed) => feed.nextAt());
  return Math.min(earliestReady(lane.rows, lane), ...ofFeeds);
}

/** The third look is the last one of a lane in which nothing more waits. */
function nextLookAt({ lookedAt, openedAt }: Lane): number {
  const lastAt = openedAt + SHORTEST_MS;
  const nextAt = lookedAt + LOOK_MS;
  return lookedAt < lastAt ? Math.min(nextAt, lastAt) : nextAt;
}

/** Begins to read again what was read long enough ago. */
function refresh(lane: Lane, deps: LaneDeps): void {
  const now = deps.now();
  if (now >= nextLookAt(lane)) keep(lane, look(lane, deps));
  if (now >= lane.channelReadAt + CHANNEL_MS) keep(lane, readChannel(lane, deps));
  for (const feed of lane.feeds.values()) {
    const work = feed.refresh();
    if (work === undefined) continue;
    keep(
      lane,
      orFail(lane, () => work),
    );
  }
}

async function look(lane: Lane, deps: LaneDeps): Promise<void> {
  const begunAt = deps.now();
  lane.lookedAt = begunAt;
  const seen = await orFail(lane, () => deps.look(lane));
  if (seen === undefined || begunAt < lane.seenAt) return;
  lane.rows = seen.rows;
  lane.seenAt = begunAt;
  seeCampaigns(lane, seen, deps);
}

function seeCampaigns(lane: Lane, { rows, campaigns }: Look, deps: LaneDeps): void {
  const waiting = rows.flatMap(({ id }) => campaignOf(id) ?? []);
  for (const id of new Set([...campaigns.map((mark) => mark.id), ...waiting])) {
    if (!lane.feeds.has(id)) {
      lane.feeds.set(id, deps.openFeed(id));
      // Who comes later has missed nothing that it could make up for.
      const shares = [...lane.shares.values()];
      lane.shares.set(id, shares.length === 0 ? 0 : Math.min(...shares));
    }
  }
  const now = deps.now();
  for (const feed of lane.feeds.values()) {
    feed.see(campaigns.filter((mark) => mark.id === feed.id && mark.dueAt <= now));
  }
}

function campaignOf(id: string): string | undefined {
  return readCampaignMessageId(id)?.campaign;
}

function feedOf({ id }: LaneRow, feeds: ReadonlyMap<string, Feed>): Feed | undefined {
  return feeds.get(campaignOf(id) ?? '');
}

async function readChannel(lane: Lane, deps: LaneDeps): Promise<void> {
  lane.channelReadAt = deps.now();
  const rate = await orFail(lane, deps.readRate);
  lane.rate = rate;
}

interface Wait {
  readonly ms: number;
  /** Whether it is for the pace: then nothing that ends meanwhile can shorten it. */
  readonly isOfPace: boolean;
}

/** Begins what is next where its time has come. Returns how long there is nothing to do. */
function sendNext(lane: Lane, deps: LaneDeps): Wait {
  const now = deps.now();
  const nextReadMs = Math.min(nextLookAt(lane), lane.channelReadAt + CHANNEL_MS) - now;
  if (lane.rate === undefined) return { ms: 0, isOfPace: false };
  const waitMs = nextSendAt(lane.pace, lane.rate, now) - now;
  const waiting = nextToSend(lane.rows, lane, now);
  if (waiting !== undefined && waitMs > 0) {
    return { ms: Math.min(waitMs, nextReadMs), isOfPace: true };
  }
  // Nobody is drawn before their turn: what is paused in between must find nothing on its way.
  const row = waiting ?? (waitMs > 0 ? undefined : drawNext(lane, now));
  if (row === undefined) {
    const dueMs = nextDueAt(lane) - now;
    // What is due and cannot go waits for something that is under way: a read, or a contact.
    const idleMs = dueMs > 0 || waitMs > 0 ? Math.max(1, dueMs, waitMs) : nextReadMs;
    return { ms: Math.min(nextReadMs, idleMs), isOfPace: waitMs > 0 };
  }
  lane.pace = afterSend(lane.pace, lane.rate, now);
  keep(lane, sendOne(lane, row, deps));
  return { ms: 0, isOfPace: true };
}

/** From the campaign that had the least by its weight. */
function drawNext(lane: Lane, now: number): LaneRow | undefined {
  const isFree = (name: string) => !lane.underWay.has(name) && (lane.until.get(name) ?? 0) <= now;
  const byShare = [...lane.feeds.values()].toSorted(
    (one, other) => (lane.shares.get(one.id) ?? 0) - (lane.shares.get(other.id) ?? 0),
  );
  for (const feed of byShare) {
    const row = feed.draw(isFree);
    if (row === undefined) continue;
    lane.shares.set(feed.id, (lane.shares.get(feed.id) ?? 0) + 1 / feed.weight);
    return row;
  }
  return undefined;
}

async function sendOne(lane: Lane, row: LaneRow, deps: LaneDeps): Promise<void> {
  lane.taken.add(row.key);
  lane.underWay.add(row.contact);
  const outcome = await orFail(lane, () => deps.send(row, () => turn(lane, deps)));
  if (outcome !== undefined) {
    settle(lane, row, outcome, deps.now());
    const feed = row.drawn === undefined ? undefined : feedOf(row, lane.feeds);
    if (feed !== undefined) await orFail(lane, () => feed.settled(row, outcome));
  }
  lane.underWay.delete(row.contact);
}

function settle(lane: Lane, { key, contact }: LaneRow, outcome: SendOutcome, now: number): void {
  const { retryAt, throttledAt, restUntil, isPaused } = outcome;
  if (retryAt !== undefined) {
    lane.until.set(contact, retryAt);
    lane.taken.delete(key);
  }
  if (throttledAt !== undefined) lane.pace = afterThrottle(lane.pace, throttledAt, now);
  if (restUntil !== undefined) lane.pace = afterRest(lane.pace, restUntil);
  if (isPaused) lane.rate = undefined;
}

/** Claims take different times: without this, requests that were spread could go out as one burst. */
async function turn(lane: Lane, { now, sleep }: LaneDeps): Promise<number> {
  const nextAt = () => (lane.rate === undefined ? 0 : nextRequestAt(lane.requests, lane.rate));
  for (let at = nextAt(); at > now(); at = nextAt()) await sleep(at - now());
  const at = now();
  const kept = lane.rate?.limit ?? lane.requests.length;
  lane.requests = [...lane.requests, at].slice(-kept);
  return at;
}

/** Ends what is too late, or of a campaign that was cancelled, which takes no time of others. */
function endOverdue(lane: Lane, deps: LaneDeps): void {
  const now = deps.now();
  for (const row of lane.rows) {
    if (lane.taken.has(row.key) || lane.underWay.has(row.contact)) continue;
    if (row.notAfter <= now) end(lane, row, deps.expire);
    else if (feedOf(row, lane.feeds)?.isCancelled) end(lane, row, deps.cancel);
  }
  for (const feed of lane.feeds.values()) endDrawn(lane, feed, deps);
}

/** Those of a cancelled campaign who may have been under way. */
function endDrawn(lane: Lane, feed: Feed, deps: LaneDeps): void {
  for (let row = feed.drawToEnd(); row !== undefined; row = feed.drawToEnd()) {
    end(lane, row, async (drawn) => {
      await deps.cancel(drawn);
      await feed.settled(drawn);
    });
  }
}

function end(lane: Lane, row: LaneRow, by: (row: LaneRow) => Promise<void>): void {
  lane.taken.add(row.key);
  keep(
    lane,
    orFail(lane, () => by(row)),
  );
}

/** Has the end wait for it, and the lane go on once it has ended. */
function keep(lane: Lane, work: Promise<void>): void {
  const ended = work.finally(() => {
    lane.work.delete(ended);
    lane.workEnds.resolve();
    lane.workEnds = Promise.withResolvers();
  });
  lane.work.add(ended);
}

async function orFail<T>(lane: Lane, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    lane.failure ??= { error };
    return undefined;
  }
}
