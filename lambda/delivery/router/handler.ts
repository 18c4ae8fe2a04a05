import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { campaignTable } from '../../campaigns/campaign-table.ts';
import { figuresTable } from '../../campaigns/figures-table.ts';
import { keepOptOut } from '../../campaigns/keep-opt-out.ts';
import { noteReply } from '../../campaigns/note-reply.ts';
import { optOutWriter } from '../../campaigns/opt-outs-table.ts';
import { replyTable } from '../../campaigns/replies-table.ts';
import { stopCampaigns } from '../../campaigns/stop-campaigns.ts';
import { routedEvents } from '../../changes/routed-events.ts';
import {
  recordsAside,
  type StreamRecord,
  toStreamRecords,
  toStreamResponse,
} from '../../changes/table-stream.ts';
import { channelReader, channelWriter } from '../../channels/channel-table.ts';
import { tellChannels } from '../../channels/tell-channels.ts';
import { keptTenancy } from '../../channels/tenancy.ts';
import { sqsDeadLetter } from '../../events/sqs-dead-letter.ts';
import { startDeadline } from '../../shared/aws/deadline.ts';
import { awsJson, DYNAMODB, SQS } from '../../shared/aws/json-protocol.ts';
import { BATCH_PATIENCE, batchSender } from '../../shared/aws/sqs-batch.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { keptValue } from '../../shared/kept-value.ts';
import { tableReader } from '../../table/reader-table.ts';
import { s3PayloadStore } from '../../table/s3-payloads.ts';
import { subscriberQueueNames } from '../queue-names.ts';
import { isQueueGone } from '../sqs-queues.ts';
import { SUBSCRIBERS_KEPT_MS } from '../subscriber.ts';
import { subscriberReader } from '../subscriber-table.ts';
import { loadRouterConfig } from './config.ts';
import { outgoingStatuses } from './outgoing-statuses-table.ts';
import { toReceiver } from './receivers.ts';
import { routeRecords } from './route-records.ts';
import type { RouterDeps } from './router-deps.ts';
import type { OutgoingDelivery, OutgoingMediaJob } from './send-round.ts';

/** Kept back for what follows the last send: metrics, the answer. */
const ANSWER_RESERVE_MS = 2000;

/** With all tries. */
const READ_TIMEOUT_MS = 12_000;

const config = loadRouterConfig(process.env);
const telemetry = createTelemetry('router');
const dynamodb = awsJson(config.dynamodb, DYNAMODB, { attempts: 4, timeoutMs: 3000 });
const sqs = awsJson(config.sqs, SQS, BATCH_PATIENCE);
const subscribers = subscriberReader(dynamodb, config.tableName);
const readReceivers = async (signal: AbortSignal) =>
  (await subscribers.findAll(signal)).map(toReceiver);
const names = subscriberQueueNames(config.queuesArn, config.deliveriesDeadLetterQueueUrl);
const now = () => Date.now();
const channels = {
  ...channelReader(dynamodb, config.tableName),
  ...channelWriter(dynamodb, config.tableName),
};
const tenancy = keptTenancy(dynamodb, config.tableName, now);
const campaigns = campaignTable(dynamodb, config.tableName);
const stopping = { ...telemetry, campaigns, channels, now };
const replies = replyTable(dynamodb, config.tableName);
const optOuts = {
  ...telemetry,
  ...optOutWriter(dynamodb, config.tableName, now),
  table: tableReader(
    (...call) => dynamodb(...call, AbortSignal.timeout(READ_TIMEOUT_MS)),
    config.tableName,
    now,
  ),
  tenantOf: tenancy.channelTenant,
  now,
};
const deps: RouterDeps<StreamRecord> = {
  ...telemetry,
  ownership: tenancy.ownership,
  receivers: keptValue(readReceivers, SUBSCRIBERS_KEPT_MS, now),
  // A channel that is newer than what is kept has hardly a status yet.
  channels: tenancy.channelIds,
  tellStatuses: outgoingStatuses(dynamodb, config.tableName),
  addFigures: figuresTable(dynamodb, config.tableName).add,
  stopCampaigns: (event, signal) => stopCampaigns(event, signal, stopping),
  noteReply: (event, signal) => noteReply(event, signal, replies),
  keepOptOut: (event, signal) => keepOptOut(event, signal, optOuts),
  isThere: async (id, signal) => (await subscribers.find(id, signal)) !== undefined,
  isQueueGone,
  sendTo: (id) => batchSender<OutgoingDelivery>(names.url(id), sqs),
  deadLetter: sqsDeadLetter(sqs, config.deliveriesDeadLetterQueueUrl, now),
  sendMediaJobs: batchSender<OutgoingMediaJob>(config.mediaQueueUrl, sqs),
  tellChannels: (event, signal) =>
    tellChannels(event, signal, {
      ...{ ...telemetry, table: channels, now },
      channels: tenancy.readableChannels,
    }),
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
