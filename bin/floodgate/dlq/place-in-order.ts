import { digest } from '../../../lambda/events/event.ts';
import type { DeadLetter } from './dead-letter.ts';

/**
 * Where a dead letter goes in a FIFO queue.
 *
 * The deduplication id is one that the queue has not seen, or it would confirm the message and drop
 * it. It is the same for the same dead letter, so that a repeated send within minutes is one.
 */
export function placeInOrder({ id, group = id, sequenceNumber = '' }: DeadLetter) {
  return {
    MessageGroupId: group,
    MessageDeduplicationId: digest(['redrive', id, sequenceNumber]),
  };
}
