import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { OutgoingMessage, Refusal } from '../ingest/enqueue-events.ts';

type SendBatch = (
  batch: readonly OutgoingMessage[],
  signal: AbortSignal,
) => Promise<readonly Refusal[]>;

/** Errors of a whole request for which one of its messages is to blame. */
const MESSAGE_FAULTS = new Set([
  'BatchRequestTooLong',
  'InvalidMessageContents',
  'InvalidParameterValue',
]);

/** A client that retries for as long as its caller's abort signal lets it. */
export function sqsInboxClient(): SQSClient {
  return new SQSClient({
    retryMode: 'standard',
    maxAttempts: 8,
    defaultsMode: 'legacy',
    // Or the queue's URL would override AWS_ENDPOINT_URL_SQS.
    useQueueUrlAsEndpoint: false,
    requestHandler: {
      connectionTimeout: 1000,
      requestTimeout: 2000,
      throwOnRequestTimeout: true,
    },
  });
}

/**
 * Sends to a FIFO queue. An event's id deduplicates it for five minutes.
 *
 * Tries again what is throttled or lost, until the caller's signal aborts it.
 */
export function batchSender(queueUrl: string): SendBatch {
  const client = sqsInboxClient();

  async function send(
    batch: readonly OutgoingMessage[],
    signal: AbortSignal,
  ): Promise<readonly Refusal[]> {
    const Entries = batch.map(({ event, body }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageGroupId: event.group,
      MessageDeduplicationId: event.id,
    }));
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
    const { Successful = [], Failed = [] } = await client.send(command, { abortSignal: signal });
    return refusalsOf(batch, new Set(Successful.map(({ Id }) => Id)), Failed);
  }

  return async (batch, signal) => {
    try {
      return await abortable(() => send(batch, signal), signal);
    } catch (error) {
      if (!(error instanceof Error && MESSAGE_FAULTS.has(error.name))) throw error;
      return sendSingly(batch, signal);
    }
  };

  async function sendSingly(
    batch: readonly OutgoingMessage[],
    signal: AbortSignal,
  ): Promise<readonly Refusal[]> {
    const refusals: Refusal[] = [];
    for (const message of batch) {
      try {
        refusals.push(...(await abortable(() => send([message], signal), signal)));
      } catch (error) {
        if (!(error instanceof Error && MESSAGE_FAULTS.has(error.name))) throw error;
        refusals.push({ message, isSenderFault: true });
      }
    }
    return refusals;
  }
}

/** Whatever is not confirmed is refused, whether or not the answer says so. */
function refusalsOf(
  batch: readonly OutgoingMessage[],
  confirmed: ReadonlySet<string | undefined>,
  failed: readonly BatchResultErrorEntry[],
): Refusal[] {
  const senderFaults = new Set(failed.filter((entry) => entry.SenderFault).map(({ Id }) => Id));
  return batch.flatMap((message, index) =>
    confirmed.has(String(index))
      ? []
      : [{ message, isSenderFault: senderFaults.has(String(index)) }],
  );
}

/** The SDK ends a request when it is aborted, but sleeps through the pause before the next. */
function abortable<T>(start: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  start()
    .then(resolve, reject)
    .finally(() => signal.removeEventListener('abort', abort));
  return promise;
}
