import { ChangeMessageVisibilityBatchCommand } from '@aws-sdk/client-sqs';
import type { Return } from '../domain/queued-message.ts';
import { startDeadline } from './deadline.ts';
import type { SqsClientSource } from './sqs-on-demand.ts';

/** The most time that it may take, which the caller has to keep back. */
export const VISIBILITY_CHANGE_MS = 2000;

/** Resolves when the queue has taken the delays of all messages; rejects when one was not taken. */
export type DelayReturns = (returns: readonly Return[]) => Promise<void>;

/** Sets when messages that go back to the queue are visible again, instead of its long default. */
export function sqsVisibility(client: SqsClientSource, queueUrl: string): DelayReturns {
  return async (returns) => {
    using deadline = startDeadline(VISIBILITY_CHANGE_MS);
    const command = new ChangeMessageVisibilityBatchCommand({
      QueueUrl: queueUrl,
      Entries: returns.map(({ message, delaySeconds }, index) => ({
        Id: String(index),
        ReceiptHandle: message.receiptHandle,
        VisibilityTimeout: delaySeconds,
      })),
    });
    const { Failed = [] } = await client().send(command, { abortSignal: deadline.signal });
    if (Failed.length > 0) throw new Error(`${Failed.length} of ${returns.length} not taken`);
  };
}
