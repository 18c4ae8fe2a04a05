import type { CampaignMark } from '../../lambda/campaigns/campaign-mark.ts';
import type { LaneRow } from '../../lambda/sending/choice.ts';
import { type LaneDeps, type LaneEnd, runLane } from '../../lambda/sending/lane.ts';
import { type LaneRate, laneRate } from '../../lambda/sending/pace.ts';
import type { Feed } from '../../lambda/sending/pulling/feed.ts';
import type { SendOutcome } from '../../lambda/sending/send-outcome.ts';
import { VirtualTime } from '../faults/virtual-time.ts';

const START_MS = 1_800_000_000_000;
const MICROS = 1000;

export interface Request {
  readonly row: LaneRow;
  /** When its claim was begun, when its request went out and when that was answered, in ms from the start. */
  readonly begunAt: number;
  readonly requestedAt: number;
  readonly endedAt: number;
}

export interface LaneWorld {
  /** What waits, and from when on it can be seen, in ms from the start. */
  readonly rows: readonly (LaneRow & { readonly writtenAt?: number })[];
  readonly messagesPerSecond?: number;
  /** How late a timer is, in ms. */
  readonly lateness?: () => number;
  readonly claimMs?: () => number;
  readonly answerMs?: () => number;
  /** What comes of a try. @default it is sent */
  readonly outcome?: (row: LaneRow, requestedAt: number, tries: number) => SendOutcome;
  /** Whether the channel may send, so many ms from the start. */
  readonly isActive?: (ms: number) => boolean;
  readonly failsAt?: (ms: number) => boolean;
  readonly sliceMs?: number;
  /** When the slice begins, in ms from the start of all. @default 0 */
  readonly startMs?: number;
  /** Marks of campaigns, and how each goes in the lane. */
  readonly campaigns?: () => readonly CampaignMark[];
  readonly openFeed?: (id: string, clock: WorldClock) => Feed;
}

export interface WorldClock {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Runs one lane with a clock that jumps. Times are in ms from its start. */
export async function runInWorld(world: LaneWorld) {
  const time = new VirtualTime((START_MS + (world.startMs ?? 0)) * MICROS);
  const now = () => time.now / MICROS;
  const since = () => now() - START_MS;
  const { lateness = () => 0, claimMs = () => 5, answerMs = () => 200 } = world;
  const sleepExactly = (ms: number) =>
    new Promise<void>((resolve) => void time.after(ms * MICROS, resolve));
  let sleeps = 0;
  // As Node's timers: whole milliseconds, at least one.
  const sleep = (ms: number) => {
    sleeps += 1;
    return sleepExactly(Math.max(1, Math.trunc(ms)) + lateness());
  };
  const rate: LaneRate = laneRate({
    messagesPerSecond: world.messagesPerSecond ?? 80,
    share: 0.95,
  });

  const gone = new Set<string>();
  const tries = new Map<string, number>();
  const later = new Map<string, number>();
  const requests: Request[] = [];
  const expired: string[] = [];
  const cancelled: string[] = [];
  let looks = 0;
  const failIfAway = () => {
    if (world.failsAt?.(since())) throw new Error('table away');
  };
  const deps: LaneDeps = {
    now,
    sleep,
    readRate: async () => {
      await sleepExactly(3);
      failIfAway();
      return (world.isActive?.(since()) ?? true) ? rate : undefined;
    },
    look: async ({ taken }) => {
      looks += 1;
      await sleepExactly(4);
      failIfAway();
      const seen = world.rows.filter(
        ({ key, writtenAt = 0 }) => !gone.has(key) && !taken.has(key) && writtenAt <= since(),
      );
      const rows = seen
        .map((row) => ({ ...row, notBefore: later.get(row.key) ?? 0 }))
        .toSorted((one, other) => rank(one) - rank(other) || (one.key < other.key ? -1 : 1))
        .slice(0, 100);
      return { rows, campaigns: world.campaigns?.() ?? [] };
    },
    openFeed: (id) => {
      if (world.openFeed === undefined) throw new Error(`no campaign ${id}`);
      return world.openFeed(id, { now, sleep: sleepExactly });
    },
    cancel: async ({ key, id }) => {
      await sleepExactly(5);
      gone.add(key);
      cancelled.push(id);
    },
    send: async (row, turn) => {
      const begunAt = since();
      failIfAway();
      await sleepExactly(claimMs());
      const requestedAt = (await turn()) - START_MS;
      const count = (tries.get(row.id) ?? 0) + 1;
      tries.set(row.id, count);
      await sleepExactly(answerMs());
      requests.push({ row, begunAt, requestedAt, endedAt: since() });
      const outcome = world.outcome?.(row, requestedAt + START_MS, count) ?? {};
      if (outcome.retryAt === undefined) gone.add(row.key);
      else later.set(row.key, outcome.retryAt);
      return outcome;
    },
    expire: async ({ key, id }) => {
      await sleepExactly(5);
      gone.add(key);
      expired.push(id);
    },
  };
  let end: LaneEnd | undefined;
  void runLane(Promise.resolve(world.sliceMs ?? 20_000), deps).then((given) => {
    end = given;
  });
  await time.run(() => end !== undefined);
  requests.sort((one, other) => one.requestedAt - other.requestedAt);
  return { end, requests, expired, cancelled, looks, sleeps, endedAt: since(), startMs: START_MS };
}

function rank({ class: messageClass }: LaneRow): number {
  return messageClass === 'reply' ? 0 : 1;
}

export function laneRow(id: string, overrides: Partial<LaneRow> = {}): LaneRow {
  const row = {
    ...({ id, contact: id, class: 'reply', attempt: 1, dueAt: START_MS - 1000 } as const),
    to: { kind: 'phone' as const, name: id },
    notAfter: START_MS + 86_400_000,
    ...overrides,
  };
  return { key: `${row.class}#${row.dueAt}#${id}`, ...row };
}

export function laneRows(count: number, overrides: Partial<LaneRow> = {}): LaneRow[] {
  return Array.from({ length: count }, (_, n) =>
    laneRow(`m${String(n).padStart(5, '0')}`, overrides),
  );
}

/** The most requests in any stretch of that length. */
export function mostIn(requests: readonly Request[], windowMs: number): number {
  const times = requests.map(({ requestedAt }) => requestedAt);
  let first = 0;
  return times.reduce((most, at, n) => {
    while ((times[first] ?? at) <= at - windowMs) first += 1;
    return Math.max(most, n - first + 1);
  }, 0);
}
