import type { Campaign } from '../../campaigns/campaign.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import { type OutcomeShares, sharesOf } from '../../campaigns/outcomes.ts';
import type { CampaignFigures, TrackFigures } from '../../campaigns/track-figures.ts';
import { SEGMENT } from './part-queue.ts';

/** What a campaign has come to, as its lane sees it. */
export interface Standing {
  readonly tracks: readonly TrackFigures[];
  readonly all: CampaignFigures;
  readonly cursors: readonly Cursor[];
  /** Recipients that this lane drew and its cursors do not say yet. */
  readonly ahead: number;
  /** Tracks of other lanes, which may be ahead likewise. */
  readonly otherTracks: number;
}

/** Whether a campaign goes on by itself. */
export interface Brake {
  /** Why it must stop. */
  readonly because?: string;
  /** So many messages may be begun, by all lanes together; infinite without a budget. */
  readonly left: number;
}

/** Shares of fewer outcomes say nothing. */
const LEAST_OUTCOMES = 50;
/** What a lane may be ahead of its cursor by: a segment at hand, and the next. */
const MOST_AHEAD = 2 * SEGMENT;

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
  const { dearestMicros } = check;
  const left = Math.floor((budget.micros - spentMicros(standing, dearestMicros)) / dearestMicros);
  return left > 0 ? { left } : { because: 'budget', left: 0 };
}

function isAbove(
  shares: readonly OutcomeShares[],
  kind: 'failed' | 'blocked',
  limit: number,
): boolean {
  return shares.some((share) => share.of >= LEAST_OUTCOMES && share[kind] > limit);
}

function spentMicros({ all, cursors, ahead, otherTracks }: Standing, dearestMicros: number) {
  const begun = cursors.reduce(
    (sum, { done, passed }) => sum + done - Object.values(passed).reduce((all, n) => all + n, 0),
    ahead + otherTracks * MOST_AHEAD,
  );
  const counted = Object.values(all.states).reduce((sum, count) => sum + count, 0);
  const unknown = Math.max(0, begun - counted) * dearestMicros;
  return all.costMicros + all.pendingMicros + unknown;
}
