import { MAX_BATCH } from './message-groups.ts';
import type { QueueModel } from './queue-model.ts';
import type { ReceivedMessage } from './queue-types.ts';

export interface RedriveResult {
  readonly moved: number;
  /** SQS's word for what stopped it. */
  readonly failureReason?: 'CouldNotDetermineMessageSource';
}

/**
 * What `StartMessageMoveTask` does: sends the visible messages of a dead-letter queue back, as new
 * messages. Without a destination it stops at one that SQS did not move there itself.
 */
export function redriveMessages(
  deadLetterQueue: QueueModel,
  destinationOf: (deadLetteredFrom: string | undefined) => QueueModel | undefined,
  now: number,
): RedriveResult {
  let moved = 0;
  for (;;) {
    const batch = deadLetterQueue.receive(MAX_BATCH, now);
    if (batch.length === 0) return { moved };
    for (const [at, message] of batch.entries()) {
      const destination = destinationOf(message.deadLetteredFrom);
      if (destination === undefined) {
        giveBack(deadLetterQueue, batch.slice(at), now);
        return { moved, failureReason: 'CouldNotDetermineMessageSource' };
      }
      destination.send(message, now);
      deadLetterQueue.delete(message.receiptHandle, now);
      moved += 1;
    }
  }
}

function giveBack(queue: QueueModel, batch: readonly ReceivedMessage[], now: number): void {
  for (const { receiptHandle } of batch) queue.changeVisibility(receiptHandle, 0, now);
}
