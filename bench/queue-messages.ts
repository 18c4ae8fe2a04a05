import * as z from 'zod/mini';
import type { AwsCall } from './aws-stub.ts';

const sendSchema = z.object({
  QueueUrl: z.string(),
  Entries: z.array(
    z.object({
      Id: z.string(),
      MessageBody: z.string(),
      MessageGroupId: z.string(),
      // Standard queues have none.
      MessageDeduplicationId: z.optional(z.string()),
    }),
  ),
});

export type SentEntry = z.output<typeof sendSchema>['Entries'][number];

export interface SentBatch {
  readonly QueueUrl: string;
  readonly Entries: readonly SentEntry[];
}

/** What a function put on queues, call by call. */
export function sentBatches(calls: readonly AwsCall[]): SentBatch[] {
  return calls
    .filter(({ action }) => action === 'SendMessageBatch')
    .map(({ body }) => sendSchema.parse(JSON.parse(body)));
}

/** The same, message by message. */
export function sentEntries(calls: readonly AwsCall[]): SentEntry[] {
  return sentBatches(calls).flatMap(({ Entries }) => Entries);
}

/**
 * The messages as Lambda hands them to a function, in batches of at most `size`.
 *
 * @param queueName of the queue that they are in
 */
export function queueEvents(
  entries: readonly SentEntry[],
  size: number,
  queueName = 'inbox.fifo',
): object[] {
  const SentTimestamp = String(Date.now());
  const records = entries.map((entry, index) => ({
    messageId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    receiptHandle: 'AQEB'.padEnd(300, 'x'),
    body: entry.MessageBody,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp,
      SequenceNumber: String(18_849_496_460_467_000_000n + BigInt(index)),
      MessageGroupId: entry.MessageGroupId,
      SenderId: 'AROAEXAMPLE:ingest',
      MessageDeduplicationId: entry.MessageDeduplicationId,
      ApproximateFirstReceiveTimestamp: SentTimestamp,
    },
    messageAttributes: {},
    md5OfBody: '00000000000000000000000000000000',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:123456789012:${queueName}`,
    awsRegion: 'us-east-1',
  }));
  return chunks(records, size).map((Records) => ({ Records }));
}

/** What a function put on queues, as Lambda hands it on: each batch of one queue. */
export function queueEventsOf(calls: readonly AwsCall[], size: number): object[] {
  const byQueue = Map.groupBy(sentBatches(calls), ({ QueueUrl }) => QueueUrl);
  return [...byQueue].flatMap(([url, batches]) => {
    const entries = batches.flatMap(({ Entries }) => Entries);
    return queueEvents(entries, size, url.slice(url.lastIndexOf('/') + 1));
  });
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  );
}
