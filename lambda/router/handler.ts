import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { startDeadline } from '../adapters/deadline.ts';
import { dynamoDbClient } from '../adapters/dynamodb-client.ts';
import { routedEvents } from '../adapters/routed-events.ts';
import { s3PayloadStore } from '../adapters/s3-payloads.ts';
import { BATCH_PATIENCE, batchSender } from '../adapters/sqs-batch.ts';
import { sqsClient } from '../adapters/sqs-client.ts';
import { sqsDeadLetter } from '../adapters/sqs-dead-letter.ts';
import { isQueueGone } from '../adapters/subscriber-queues.ts';
import { subscriberReader } from '../adapters/subscriber-table.ts';
import {
  recordsAside,
  type StreamRecord,
  toStreamRecords,
  toStreamResponse,
} from '../adapters/table-stream.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { keptValue } from '../domain/kept-value.ts';
import { subscriberQueueNames } from '../domain/subscriber-queue-names.ts';
import { loadRouterConfig } from './config.ts';
import { toReceiver } from './receivers.ts';
import { type RouterDeps, routeRecords } from './route-records.ts';
import type { OutgoingDelivery, OutgoingMediaJob } from './send-round.ts';

/** Kept back for what follows the last send: metrics, the answer. */
const ANSWER_RESERVE_MS = 2000;

/** Who is added gets events from so many milliseconds later on. */
const SUBSCRIBERS_KEPT_MS = 10_000;

const config = loadRouterConfig(process.env);
const telemetry = createTelemetry('router');
const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 4, timeoutMs: 3000 });
const sqs = sqsClient(config.sqs, BATCH_PATIENCE);
const subscribers = subscriberReader(dynamodb, config.tableName);
const readReceivers = async (signal: AbortSignal) =>
  (await subscribers.findAll(signal)).map(toReceiver);
const names = subscriberQueueNames(config.queuesArn, config.deliveriesDeadLetterQueueUrl);
const now = () => Date.now();
const deps: RouterDeps<StreamRecord> = {
  ...telemetry,
  receivers: keptValue(readReceivers, SUBSCRIBERS_KEPT_MS, now),
  isThere: async (id, signal) => (await subscribers.find(id, signal)) !== undefined,
  isQueueGone,
  sendTo: (id) => batchSender<OutgoingDelivery>(names.url(id), sqs),
  deadLetter: sqsDeadLetter(sqs, config.deliveriesDeadLetterQueueUrl, now),
  sendMediaJobs: batchSender<OutgoingMediaJob>(config.mediaQueueUrl, sqs),
  setAside: recordsAside(s3PayloadStore(config.unroutedBucket, config.s3)),
  now,
};

export async function handler(
  event: DynamoDBStreamEvent,
  context: Context,
): Promise<DynamoDBBatchResponse> {
  using deadline = startDeadline(context.getRemainingTimeInMillis() - ANSWER_RESERVE_MS);
  try {
    const records = toStreamRecords(event.Records, routedEvents);
    const batch = { records, signal: deadline.signal };
    return toStreamResponse(await routeRecords(batch, deps));
  } finally {
    await telemetry.flush();
  }
}
