import type { ChangeMessageVisibilityBatchRequest } from '@aws-sdk/client-sqs';
import { memberOf } from '../json/json-source.ts';
import type { Return } from '../queue/queued-message.ts';
import { startDeadline } from './deadline.ts';
import type { CallAws } from './json-protocol.ts';

/** The most time that it may take, which the caller has to keep back. */
export const VISIBILITY_CHANGE_MS = 2000;

/** Resolves when the queue has taken the delays of all messages; rejects when one was not taken. */
export type DelayReturns = (returns: readonly Return[]) => Promise<void>;

/** Sets when messages that go back to the queue are visible again, instead of its long default. */
export function sqsVisibility(sqs: CallAws, queueUrl: string): DelayReturns {
  return async (returns) => {
    using deadline = startDeadline(VISIBILITY_CHANGE_MS);
    const request: ChangeMessageVisibilityBatchRequest = {
      QueueUrl: queueUrl,
      Entries: returns.map(({ message, delaySeconds }, index) => ({
        Id: String(index),
        ReceiptHandle: message.receiptHandle,
        VisibilityTimeout: delaySeconds,
      })),
    };
    const answer = await sqs('ChangeMessageVisibilityBatch', request, deadline.signal);
    const taken = memberOf(answer, 'Successful');
    const missing = returns.length - (Array.isArray(taken) ? taken.length : 0);
    if (missing > 0) throw new Error(`${missing} of ${returns.length} not taken`);
  };
}
