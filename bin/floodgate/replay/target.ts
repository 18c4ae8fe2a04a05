import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import type { Recipient } from './recipients.ts';

/** Where a replay sends. */
export interface ReplayTarget {
  /** Events that are sent together at most. */
  readonly mostAtOnce: number;
  readonly recipientsOf: (event: RoutedEvent) => readonly Recipient[];
  /**
   * Resolves when every delivery is confirmed. Those of one group are sent in their order, each when
   * the one before is confirmed; where it rejects, some may be sent.
   */
  readonly send: (events: readonly RoutedEvent[]) => Promise<void>;
}
