import type { Campaign } from '../../campaigns/campaign.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import type { Room } from './feed.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** Meta counts what is delivered, and others may send from the same portfolio. */
const SHARE = 0.95;

/**
 * How many people a portfolio may still reach, by the hours in which its campaigns sent: each counts for 24
 * hours after its end.
 *
 * @param cursors of all campaigns of its numbers
 * @param sharers campaigns that send at once: none of them knows what another one is about to send
 */
export function roomOf(
  { portfolioLimit }: Pick<Campaign, 'portfolioLimit'>,
  cursors: readonly Cursor[],
  now: number,
  sharers = 1,
): Room {
  if (portfolioLimit === undefined) return { left: Number.POSITIVE_INFINITY, moreAt: 0 };
  const hour = Math.floor(now / HOUR_MS);
  const sent = new Map<number, number>();
  for (const [name, people] of cursors.flatMap(({ hours }) => Object.entries(hours))) {
    const at = Number(name);
    if (at > hour - DAY_HOURS - 1) sent.set(at, (sent.get(at) ?? 0) + people);
  }
  const used = [...sent.values()].reduce((sum, people) => sum + people, 0);
  const oldest = Math.min(...sent.keys());
  return {
    left: Math.max(0, Math.floor((Math.floor(portfolioLimit * SHARE) - used) / sharers)),
    moreAt: (oldest + DAY_HOURS + 1) * HOUR_MS,
  };
}
