import type { ApiAction } from '../aws/json-protocol.ts';
import { runBatch } from './batch.ts';
import { refusalError, reject } from './errors.ts';
import { md5, md5OfAttributes } from './md5.ts';
import { MAX_MESSAGE_BYTES, messageBytes, outOfRange } from './message-limits.ts';
import type { QueueHost } from './queue-host.ts';
import { queueArn } from './queue-host.ts';
import type { ReceivedMessage, Refusal, Sent } from './queue-types.ts';
import { type ReceiveRequest, requests, type SendRequest } from './requests.ts';
import type { WaitingQueue } from './waiting-queue.ts';

/** The actions that an application's messages go through. */
export function messageActions(queues: QueueHost): Record<string, ApiAction> {
  return {
    SendMessage: (input) => {
      const { QueueUrl, ...message } = requests.send.parse(input);
      return sent(message, succeeded(send(queues.byUrl(QueueUrl), message)));
    },
    SendMessageBatch: (input) => {
      const { QueueUrl, Entries } = requests.sendBatch.parse(input);
      const queue = queues.byUrl(QueueUrl);
      checkBatchBytes(Entries);
      const { done, Failed } = runBatch(Entries, (entry) => {
        const result = send(queue, entry);
        return result.ok ? { ...result, entry } : result;
      });
      const Successful = done.map(({ Id, result }) => ({ Id, ...sent(result.entry, result) }));
      return { Successful, Failed };
    },
    ReceiveMessage: async (input, signal) => {
      const request = requests.receive.parse(input);
      checkReceive(request);
      const queue = queues.byUrl(request.QueueUrl);
      const { kept } = queue.queue.settings;
      const waitSeconds =
        request.WaitTimeSeconds ?? Number(kept['ReceiveMessageWaitTimeSeconds'] ?? 0);
      const messages = await queue.receive({
        max: request.MaxNumberOfMessages,
        waitMs: waitSeconds * 1000,
        visibilityTimeoutSeconds: request.VisibilityTimeout,
        signal,
      });
      // As SQS does: no member where there is no message.
      if (messages.length === 0) return {};
      return { Messages: messages.map((message) => received(message, request)) };
    },
    DeleteMessage: (input) => {
      const { QueueUrl, ReceiptHandle } = requests.delete.parse(input);
      const { queue, clock } = queues.byUrl(QueueUrl);
      succeeded(queue.delete(ReceiptHandle, clock.now()));
    },
    DeleteMessageBatch: (input) => {
      const { QueueUrl, Entries } = requests.deleteBatch.parse(input);
      const { queue, clock } = queues.byUrl(QueueUrl);
      return ids(runBatch(Entries, (entry) => queue.delete(entry.ReceiptHandle, clock.now())));
    },
    ChangeMessageVisibility: (input) => {
      const { QueueUrl, ...change } = requests.changeVisibility.parse(input);
      succeeded(changeVisibility(queues.byUrl(QueueUrl), change));
    },
    ChangeMessageVisibilityBatch: (input) => {
      const { QueueUrl, Entries } = requests.changeVisibilityBatch.parse(input);
      const queue = queues.byUrl(QueueUrl);
      return ids(runBatch(Entries, (entry) => changeVisibility(queue, entry)));
    },
  };
}

/** The system attributes of a message, as SQS names them. */
export function systemAttributes(message: ReceivedMessage) {
  const { groupId, deduplicationId, deadLetteredFrom } = message;
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: 'AIDAIT2UOQQY3AUEKVGXU',
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(groupId !== '' && { MessageGroupId: groupId }),
    ...(deduplicationId !== '' && {
      MessageDeduplicationId: deduplicationId,
      SequenceNumber: message.sequenceNumber,
    }),
    ...(deadLetteredFrom !== undefined && { DeadLetterQueueSourceArn: queueArn(deadLetteredFrom) }),
  };
}

function send({ queue, clock }: WaitingQueue, message: SendRequest): Sent | Refusal {
  const { MessageGroupId, MessageDeduplicationId, MessageBody, MessageAttributes } = message;
  return queue.send(
    {
      groupId: MessageGroupId ?? '',
      deduplicationId: MessageDeduplicationId ?? '',
      body: MessageBody ?? '',
      attributes: MessageAttributes,
      delaySeconds: message.DelaySeconds,
    },
    clock.now(),
  );
}

/** Messages of standard queues show no sequence number. */
function sent(
  { MessageDeduplicationId, MessageBody, MessageAttributes }: SendRequest,
  result: Sent,
) {
  return {
    MessageId: result.messageId,
    ...(MessageDeduplicationId !== undefined && { SequenceNumber: result.sequenceNumber }),
    MD5OfMessageBody: md5(MessageBody ?? ''),
    MD5OfMessageAttributes: md5OfAttributes(MessageAttributes),
  };
}

function received(message: ReceivedMessage, request: ReceiveRequest) {
  const wanted = [...request.MessageSystemAttributeNames, ...request.AttributeNames];
  const attributes = Object.entries(systemAttributes(message)).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  const custom = Object.entries(message.attributes ?? {}).filter(([name]) =>
    request.MessageAttributeNames.some((one) => one === 'All' || one === '.*' || one === name),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(attributes.length > 0 && { Attributes: Object.fromEntries(attributes) }),
    ...(custom.length > 0 && {
      MessageAttributes: Object.fromEntries(custom),
      MD5OfMessageAttributes: md5OfAttributes(Object.fromEntries(custom)),
    }),
  };
}

function changeVisibility(
  { queue, clock }: WaitingQueue,
  change: { readonly ReceiptHandle: string; readonly VisibilityTimeout: number },
) {
  const timeout = change.VisibilityTimeout;
  if (timeout < 0 || timeout > 43_200) return outOfRange('VisibilityTimeout', timeout, 0, 43_200);
  return queue.changeVisibility(change.ReceiptHandle, timeout, clock.now());
}

function checkReceive({ MaxNumberOfMessages, WaitTimeSeconds = 0 }: ReceiveRequest): void {
  if (MaxNumberOfMessages < 1 || MaxNumberOfMessages > 10) {
    throw refusalError(outOfRange('MaxNumberOfMessages', MaxNumberOfMessages, 1, 10));
  }
  if (WaitTimeSeconds < 0 || WaitTimeSeconds > 20) {
    throw refusalError(outOfRange('WaitTimeSeconds', WaitTimeSeconds, 0, 20));
  }
}

function checkBatchBytes(entries: readonly SendRequest[]): void {
  const bytes = entries.reduce(
    (sum, entry) => sum + messageBytes(entry.MessageBody ?? '', entry.MessageAttributes),
    0,
  );
  if (bytes <= MAX_MESSAGE_BYTES) return;
  reject(
    'BatchRequestTooLong',
    `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`,
  );
}

function succeeded<Result extends { readonly ok: true }>(result: Result | Refusal): Result {
  if (result.ok) return result;
  throw refusalError(result);
}

function ids({ done, Failed }: { done: readonly { Id: string }[]; Failed: unknown[] }) {
  return { Successful: done.map(({ Id }) => ({ Id })), Failed };
}
