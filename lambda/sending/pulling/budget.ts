import type { Campaign, CampaignCheck, Money } from '../../campaigns/campaign.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import { type OutcomeShares, sharesOf } from '../../campaigns/outcomes.ts';
import type { CampaignFigures, TrackFigures } from '../../campaigns/track-figures.ts';
import { SEGMENT } from './supply.ts';

/** What a campaign has come to, as its lane sees it. */
export interface Standing {
  readonly tracks: readonly TrackFigures[];
  readonly all: CampaignFigures;
  readonly cursors: readonly Cursor[];
  /** Recipients that this lane drew and its cursors do not say yet. */
  readonly ahead: number;
  /** Its tracks. Those of other lanes may be ahead likewise. */
  readonly own: readonly number[];
}

/** Whether a campaign goes on by itself. */
export interface Brake {
  /** Why it must stop. */
  readonly because?: string;
  /** So many messages the lane may begin; infinite without a budget. */
  readonly left: number;
  /** So many it may be ahead of its cursors. @default any number */
  readonly mostAhead?: number;
}

/** Shares of fewer outcomes say nothing. */
const LEAST_OUTCOMES = 50;
/** What a lane may be ahead of its cursors by, where others have a part of the budget: what is at hand, and the next. */
const MOST_AHEAD = 3 * SEGMENT;

/**
 * Stops a campaign that is out of budget, or whose messages fail or are blocked too often.
 *
 * What is under way is reckoned at the dearest rate, so that a budget is never passed.
 */
export function brakeOf(
  { budget, check, stopAbove }: Pick<Campaign, 'budget' | 'check' | 'stopAbove'>,
  standing: Standing,
): Brake {
  const shares = standing.tracks.map(({ outcomes }) => sharesOf(outcomes));
  if (isAbove(shares, 'blocked', stopAbove.blocked)) return { because: 'blocks', left: 0 };
  if (isAbove(shares, 'failed', stopAbove.failed)) return { because: 'failures', left: 0 };
  if (budget === undefined || check === undefined) return { left: Number.POSITIVE_INFINITY };
  const { left, mostAhead, open, others } = reckon(budget, check, standing);
  if (left <= 0) return { because: 'budget', left: 0 };
  if (others.length === 0) return { left };
  return { left: ownShare(left, open, standing.own), mostAhead };
}

/** Cursors that are no older tell enough of a budget that is far. */
export const CURSORS_MS = 5000;
/** From one reckoning to the end of what is drawn by it. */
const RECKONING_MS = 2000;

/**
 * Whether a budget is far: all lanes together, at the pace that the channel or the campaign has, do not come to its end
 * by what they know from cursors of `CURSORS_MS` ago. Nearer to it each of them must know how far the others are.
 */
export function isBudgetFar(
  { budget, check, maxPerSecond }: Pick<Campaign, 'budget' | 'check' | 'maxPerSecond'>,
  standing: Standing,
  messagesPerSecond: number,
): boolean {
  if (budget === undefined || check === undefined) return true;
  const perSecond = Math.min(messagesPerSecond, maxPerSecond ?? messagesPerSecond);
  const unseen = Math.ceil((perSecond * (CURSORS_MS + RECKONING_MS)) / 1000);
  return reckon(budget, check, standing).left > unseen;
}

/** How many messages a budget has left for all lanes, and what each may be ahead of its cursors by. */
function reckon(budget: Money, { dearestMicros, tracks }: CampaignCheck, standing: Standing) {
  const { cursors, own } = standing;
  const open = [...new Set(cursors.filter((one) => !one.isOver).map(({ track }) => track))];
  const others = open.filter((track) => !own.includes(track));
  const messages = budget.micros / dearestMicros;
  // Of a small budget, what lanes may be ahead by must not be all of it.
  const share = Math.max(1, Math.floor(messages / (2 * tracks)));
  const mostAhead = Math.min(MOST_AHEAD, share);
  const reserved = others.map((track) => Math.min(mostAhead, linesLeft(cursors, track)));
  const spent = spentMicros(standing, sum(reserved), dearestMicros);
  return { left: Math.floor((budget.micros - spent) / dearestMicros), mostAhead, open, others };
}

/** What cannot be divided goes to the first. */
function ownShare(left: number, open: readonly number[], own: readonly number[]): number {
  const sorted = open.toSorted((one, other) => one - other);
  const each = Math.floor(left / sorted.length);
  const more = sorted.slice(0, left % sorted.length);
  return sum(
    sorted.filter((one) => own.includes(one)).map((one) => each + Number(more.includes(one))),
  );
}

function linesLeft(cursors: readonly Cursor[], wanted: number): number {
  const ofTrack = cursors.filter(({ track }) => track === wanted);
  return sum(ofTrack.map(({ lines, done }) => lines - done));
}

function isAbove(
  shares: readonly OutcomeShares[],
  kind: 'failed' | 'blocked',
  limit: number,
): boolean {
  return shares.some((share) => share.of >= LEAST_OUTCOMES && share[kind] > limit);
}

function spentMicros(
  { all, cursors, ahead }: Standing,
  reserved: number,
  dearestMicros: number,
): number {
  const done = cursors.map((cursor) => cursor.done - sum(Object.values(cursor.passed)));
  const begun = sum(done) + ahead + reserved;
  // Who is offered it again begins once more.
  const counted = sum(Object.values(all.states)) + all.again;
  // Who waits to be tried again costs nothing yet.
  const unknown = Math.max(0, begun - counted) + all.states.queued;
  return all.costMicros + all.pendingMicros + unknown * dearestMicros;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
