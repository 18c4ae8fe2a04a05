import { channelReader } from '../../channels/channel-table.ts';
import { keptRetention } from '../../channels/kept-retention.ts';
import { sqsDeadLetter } from '../../events/sqs-dead-letter.ts';
import { awsJson, DYNAMODB, SQS } from '../../shared/aws/json-protocol.ts';
import { sqsHandler } from '../../shared/aws/sqs-handler.ts';
import { sqsVisibility, VISIBILITY_CHANGE_MS } from '../../shared/aws/sqs-visibility.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { eventTable } from '../../table/event-table.ts';
import { loadProcessorConfig } from './config.ts';
import { type ProcessorDeps, processBatch } from './process-batch.ts';

/** Kept back for what follows the last write: delaying what is returned, metrics, the answer. */
const ANSWER_RESERVE_MS = VISIBILITY_CHANGE_MS + 1000;

const config = loadProcessorConfig(process.env);
const telemetry = createTelemetry('processor');
// The table is tried for as long as the deadline lets it: throttles are the rule in a flood.
const dynamodb = awsJson(config.dynamodb, DYNAMODB, { attempts: 8, timeoutMs: 3000 });
const sqs = awsJson(config.sqs, SQS, { attempts: 4, timeoutMs: 3000 });
const deps: ProcessorDeps = {
  store: eventTable(dynamodb, {
    tableName: config.tableName,
    retentionDays: config.retentionDays,
    channelRetentionDays: config.channelRetentionDays,
    ownDays: keptRetention(channelReader(dynamodb, config.tableName), {
      now: () => Date.now(),
      warn: telemetry.warn,
    }),
    now: () => Date.now(),
    onLinkGivenUp: () => telemetry.count('RowGivenUp'),
  }),
  deadLetter: sqsDeadLetter(sqs, config.inboxDeadLetterQueueUrl, () => Date.now()),
  delayReturns: sqsVisibility(sqs, config.inboxQueueUrl),
  random: () => Math.random(),
  count: telemetry.count,
  warn: telemetry.warn,
};

export const handler = sqsHandler(ANSWER_RESERVE_MS, telemetry, (batch) =>
  processBatch(batch, deps),
);
