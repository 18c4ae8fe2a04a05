import type { Subscriber } from './subscriber.ts';

/** Why a subscriber's deliveries go to its backlog. */
export type OpenedBecause = 'failing' | 'paused' | 'limits';

/** What the deliverer and the drainer keep beside a subscriber. */
export interface DeliveryState {
  /**
   * - `closed`: deliveries go out from the queue
   * - `open`: they are put aside into the backlog, which the drainer empties
   * - `closing`: the backlog is about empty; deliveries wait in the queue until that is certain
   */
  readonly breaker: 'closed' | 'open' | 'closing';
  readonly openedBecause: OpenedBecause | undefined;
  /** Failed tries since the last success. */
  readonly failures: number;
  /** Since when it is `closing`, in ms since 1970. */
  readonly closingAt: number | undefined;
}

/** Failed tries in a run that open the breaker. */
export const FAILURES_TO_OPEN = 10;

/**
 * How long what was read of a subscriber may be acted upon. Who puts deliveries aside must have read
 * within this time that the breaker is open.
 */
export const VIEW_MS = 20_000;

/**
 * How long the breaker is `closing` at least: nobody can put anything aside any more then. Beyond
 * the age of a view it has room for clocks that differ, and for a write that was under way.
 */
export const CLOSING_MS = VIEW_MS + 15_000;

/** What is to be done with a delivery: `open` first and then put it aside, where nobody has yet. */
export type DeliveryMode = 'direct' | 'aside' | 'open' | 'wait' | 'drop';

export function deliveryMode(
  { isPaused, disabledBecause }: Pick<Subscriber, 'isPaused' | 'disabledBecause'>,
  { breaker }: Pick<DeliveryState, 'breaker'>,
): DeliveryMode {
  if (disabledBecause !== undefined) return 'drop';
  if (breaker === 'open') return 'aside';
  if (isPaused) return 'open';
  return breaker === 'closing' ? 'wait' : 'direct';
}
