import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { REGION } from '../account.ts';
import { md5, md5OfAttributes } from '../sqs/md5.ts';
import { systemAttributes } from '../sqs/messages.ts';
import { queueArn } from '../sqs/queue-host.ts';
import type { MessageAttributes, ReceivedMessage } from '../sqs/queue-types.ts';
import type { WaitingQueue } from '../sqs/waiting-queue.ts';
import type { InvocationResult } from './execution-environment.ts';
import { reportedFailures } from './reported-failures.ts';

export interface QueuePollerOptions {
  readonly queue: WaitingQueue;
  readonly batchSize: number;
  /** Batches that the function has at once. */
  readonly concurrency: number;
  readonly reportsBatchItemFailures: boolean;
  readonly invoke: (event: SQSEvent) => Promise<InvocationResult>;
  readonly onBatch?: (messages: number, failed: number) => void;
}

export interface QueuePoller {
  /** Takes no more messages. */
  readonly stop: () => void;
  /** Resolves after `stop`, once the function is done with what it has. */
  readonly finished: Promise<unknown>;
}

/** Hands the messages of a queue to a function, as Lambda's event source mapping does. */
export function startQueuePoller(options: QueuePollerOptions): QueuePoller {
  const stopping = new AbortController();
  const pollers = Array.from({ length: options.concurrency }, () => poll(options, stopping.signal));
  return {
    stop: () => stopping.abort(),
    finished: Promise.all(pollers),
  };
}

async function poll(options: QueuePollerOptions, signal: AbortSignal): Promise<void> {
  const { queue, batchSize } = options;
  while (!signal.aborted && !queue.isClosed) {
    // No poll of twenty seconds after another, as Lambda's: a hundred idle queues cost nothing here.
    const messages = await queue.receive({ max: batchSize, waitMs: Infinity, signal });
    if (messages.length === 0) continue;
    const name = queue.queue.settings.name;
    const result = await options.invoke({ Records: messages.map((one) => sqsRecord(one, name)) });
    const failed = failedMessages(result, messages, options.reportsBatchItemFailures);
    // What failed stays in flight until its visibility timeout, or what the function made of it.
    for (const { messageId, receiptHandle } of messages) {
      if (!failed.has(messageId)) queue.queue.delete(receiptHandle, queue.clock.now());
    }
    options.onBatch?.(messages.length, failed.size);
  }
}

/** The messages that Lambda does not delete. */
export function failedMessages(
  invoked: InvocationResult,
  messages: readonly ReceivedMessage[],
  reportsBatchItemFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(messages.map(({ messageId }) => messageId));
  return reportedFailures(invoked, all, reportsBatchItemFailures);
}

function sqsRecord(message: ReceivedMessage, queueName: string): SQSRecord {
  const digest = md5OfAttributes(message.attributes);
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: recordAttributes(message.attributes),
    ...(digest !== undefined && { md5OfMessageAttributes: digest }),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn(queueName),
    awsRegion: REGION,
  };
}

function recordAttributes(attributes: MessageAttributes = {}): SQSRecord['messageAttributes'] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}
