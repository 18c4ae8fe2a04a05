import { apiHandler } from '../../answers/api-handler.ts';
import { optOutReader } from '../../campaigns/opt-outs-table.ts';
import { channelReader } from '../../channels/channel-table.ts';
import { CHANNEL_MAX_AGE_MS, keptChannels } from '../../channels/kept-channels.ts';
import { notedExpiry, notedRetention } from '../../channels/noted-retention.ts';
import { dynamoDbClient } from '../../shared/aws/dynamodb-client.ts';
import { awsJson, SQS } from '../../shared/aws/json-protocol.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { tableReader } from '../../table/reader-table.ts';
import { callerReader } from '../../tenants/caller-table.ts';
import { keptCallers } from '../../tenants/caller-tenant.ts';
import { claimTable } from '../claim-table.ts';
import { loadMessagesConfig } from '../config.ts';
import { outboxTable } from '../outbox-table.ts';
import { wakeLane } from '../sqs-wakes.ts';
import { waitingSinceReader } from '../waiting-since-table.ts';
import { type AnswerDeps, answer } from './answer.ts';

const config = loadMessagesConfig(process.env);
const telemetry = createTelemetry('messages');
const { tableName } = config;
// A caller waits: a few quick tries, then it is told to try again.
const READ_TIMEOUT_MS = 6000;
const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 3, timeoutMs: 2000 });
const sqs = awsJson(config.sqs, SQS, { attempts: 4, timeoutMs: 2000 });
const channels = notedRetention(channelReader(dynamodb, tableName));
const expiresAt = notedExpiry(channels, config, Date.now);
const deps: AnswerDeps = {
  tenantOf: keptCallers(callerReader(dynamodb, tableName), Date.now),
  channel: keptChannels(channels, CHANNEL_MAX_AGE_MS, Date.now),
  outbox: outboxTable(dynamodb, { tableName, expiresAt }),
  claims: claimTable(dynamodb, { tableName, expiresAt, now: Date.now }),
  wake: wakeLane(sqs, config.outboxQueueUrl, Date.now),
  leftOut: optOutReader(dynamodb, tableName).leftOut,
  waitingSince: waitingSinceReader(dynamodb, tableName, Date.now),
  table: tableReader(
    (...call) => dynamodb(...call, AbortSignal.timeout(READ_TIMEOUT_MS)),
    tableName,
    Date.now,
  ),
  now: Date.now,
  isSending: config.isSending,
  error: telemetry.error,
};

export const handler = apiHandler(telemetry, (request) => answer(request, deps));
