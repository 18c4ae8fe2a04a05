/** Times of what was let through, oldest first. */
export type Times = number[];

export const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** Whether one more fits into the span of time that ends now. */
export function hasRoom(times: Times, limit: number, spanMs: number, now: number): boolean {
  const first = times.findIndex((time) => time > now - spanMs);
  times.splice(0, first === -1 ? times.length : first);
  return times.length < limit;
}

/** When each pair of sender and recipient has made up for what it sent ahead of its pace. */
export type Pairs = Map<string, number>;

export interface PairPace {
  readonly pairBurst: number;
  readonly pairIntervalMs: number;
}

/** Whether one more may go now: a burst, borrowed from the time after it. */
export function hasPairRoom(pairs: Pairs, pair: string, pace: PairPace, now: number): boolean {
  const paidAt = Math.max(pairs.get(pair) ?? 0, now);
  return paidAt - now <= (pace.pairBurst - 1) * pace.pairIntervalMs;
}

export function takePairRoom(pairs: Pairs, pair: string, pace: PairPace, now: number): void {
  pairs.set(pair, Math.max(pairs.get(pair) ?? 0, now) + pace.pairIntervalMs);
}

/** When each person was last written to outside a window, longest ago first. */
export type Reached = Map<string, number>;

/** Whether a person may be written to outside a window: those of the last 24 hours are not counted again. */
export function hasReachRoom(
  reached: Reached,
  person: string,
  limit: number,
  now: number,
): boolean {
  for (const [one, time] of reached) {
    if (time > now - DAY_MS) break;
    reached.delete(one);
  }
  return reached.has(person) || reached.size < limit;
}

export function takeReachRoom(reached: Reached, person: string, now: number): void {
  reached.delete(person);
  reached.set(person, now);
}

/** The marketing that one person got, and what was tried in vain. */
export interface MarketingShare {
  readonly got: Times;
  readonly refused: Times;
  blockedUntil: number;
}

/** Tries in vain within 24 hours after which the person is left alone for as long. */
const PATIENCE = 3;

/** Whether somebody gets one more marketing message; notes it either way. */
export function takeMarketing(share: MarketingShare, cap: number, now: number): boolean {
  if (now >= share.blockedUntil && hasRoom(share.got, cap, DAY_MS, now)) {
    share.got.push(now);
    return true;
  }
  if (!hasRoom(share.refused, PATIENCE - 1, DAY_MS, now)) share.blockedUntil = now + DAY_MS;
  share.refused.push(now);
  return false;
}

/** The most that any second has of these times, in whatever order. */
export function busiestSecond(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  let start = 0;
  let most = 0;
  for (const [end, time] of sorted.entries()) {
    while ((sorted[start] ?? time) <= time - SECOND_MS) start += 1;
    most = Math.max(most, end - start + 1);
  }
  return most;
}
