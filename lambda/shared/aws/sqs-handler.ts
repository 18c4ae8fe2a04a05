import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { QueuedMessage } from '../queue/queued-message.ts';
import { startDeadline } from './deadline.ts';
import { toBatchResponse, toQueuedMessages } from './sqs-event.ts';
import type { Telemetry } from './telemetry.ts';

/** What a queue hands to a function at once. */
export interface QueuedBatch {
  readonly messages: readonly QueuedMessage[];
  /** Aborted when what is left of the function's time is needed for the answer. */
  readonly signal: AbortSignal;
}

/**
 * How Lambda calls a function with what is in its queue. Messages that `settle` returns come again, all others
 * are deleted; what it counted and logged is written after each batch.
 *
 * @param reserveMs kept back for what follows the last effect
 */
export function sqsHandler(
  reserveMs: number,
  { flush }: Pick<Telemetry, 'flush'>,
  settle: (batch: QueuedBatch) => Promise<readonly QueuedMessage[]>,
) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    using deadline = startDeadline(context.getRemainingTimeInMillis() - reserveMs);
    try {
      const { signal } = deadline;
      return toBatchResponse(await settle({ messages: toQueuedMessages(event), signal }));
    } finally {
      await flush();
    }
  };
}
