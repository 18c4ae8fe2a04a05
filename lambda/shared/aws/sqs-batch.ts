import type { SendMessageBatchRequest } from '@aws-sdk/client-sqs';
import { memberOf } from '../json/json-source.ts';
import type { OutgoingMessage, Refusal, SendBatch } from '../queue/outgoing-message.ts';
import type { CallAws } from './json-protocol.ts';
import { AwsRequestError } from './request.ts';

/** Errors of a whole request for which one of its messages is to blame. */
const MESSAGE_FAULTS = new Set([
  'BatchRequestTooLong',
  'InvalidMessageContents',
  'InvalidParameterValue',
  'InvalidParameterValueException',
]);

/** As often as the caller's deadline lets it. */
export const BATCH_PATIENCE = { attempts: 8, timeoutMs: 2000 };

/**
 * Sends to a queue.
 *
 * Tries again what is throttled or lost, until the caller's signal aborts it.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export function batchSender<T extends OutgoingMessage>(
  queueUrl: string,
  call: CallAws,
): SendBatch<T> {
  async function send(batch: readonly T[], signal: AbortSignal): Promise<readonly Refusal<T>[]> {
    const Entries = batch.map(({ group, deduplicationId, body }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageGroupId: group,
      ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    }));
    const request: SendMessageBatchRequest = { QueueUrl: queueUrl, Entries };
    return refusalsOf(batch, await call('SendMessageBatch', request, signal));
  }

  return async (batch, signal) => {
    try {
      return await send(batch, signal);
    } catch (error) {
      if (!isMessageFault(error)) throw error;
      return sendSingly(batch, signal);
    }
  };

  async function sendSingly(
    batch: readonly T[],
    signal: AbortSignal,
  ): Promise<readonly Refusal<T>[]> {
    const refusals: Refusal<T>[] = [];
    for (const message of batch) {
      try {
        refusals.push(...(await send([message], signal)));
      } catch (error) {
        if (!isMessageFault(error)) throw error;
        refusals.push({ message, isSenderFault: true });
      }
    }
    return refusals;
  }
}

function isMessageFault(error: unknown): boolean {
  return error instanceof AwsRequestError && MESSAGE_FAULTS.has(error.name);
}

/** Whatever is not confirmed is refused, whether or not the answer says so. */
function refusalsOf<T extends OutgoingMessage>(batch: readonly T[], answer: unknown): Refusal<T>[] {
  const confirmed = idsOf(memberOf(answer, 'Successful'));
  const senderFaults = idsOf(memberOf(answer, 'Failed'), (entry) =>
    Boolean(memberOf(entry, 'SenderFault')),
  );
  return batch.flatMap((message, index) =>
    confirmed.has(String(index))
      ? []
      : [{ message, isSenderFault: senderFaults.has(String(index)) }],
  );
}

function idsOf(
  entries: unknown,
  isMeant: (entry: unknown) => boolean = () => true,
): ReadonlySet<unknown> {
  const list: readonly unknown[] = Array.isArray(entries) ? entries : [];
  return new Set(list.filter(isMeant).map((entry) => memberOf(entry, 'Id')));
}
