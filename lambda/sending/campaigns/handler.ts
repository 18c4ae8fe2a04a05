import { randomBytes, randomUUID } from 'node:crypto';
import { apiHandler } from '../../answers/api-handler.ts';
import { campaignTable } from '../../campaigns/campaign-table.ts';
import { cursorTable } from '../../campaigns/cursor-table.ts';
import { exportKey, exportType } from '../../campaigns/export-campaign.ts';
import { readCampaignFigures } from '../../campaigns/figures-table.ts';
import { marksTable } from '../../campaigns/marks-table.ts';
import { optOutReader } from '../../campaigns/opt-outs-table.ts';
import { refusalsKey } from '../../campaigns/part.ts';
import { readCampaignReport } from '../../campaigns/report-table.ts';
import { triggeredTable } from '../../campaigns/triggered-table.ts';
import { channelReader } from '../../channels/channel-table.ts';
import { CHANNEL_MAX_AGE_MS, keptChannels } from '../../channels/kept-channels.ts';
import { notedExpiry, notedRetention } from '../../channels/noted-retention.ts';
import { s3MediaPresigner } from '../../media/s3-links.ts';
import { dynamoDbClient } from '../../shared/aws/dynamodb-client.ts';
import { awsJson, SQS } from '../../shared/aws/json-protocol.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { tableReader } from '../../table/reader-table.ts';
import { callerReader } from '../../tenants/caller-table.ts';
import { keptCallers } from '../../tenants/caller-tenant.ts';
import { outboxTable } from '../outbox-table.ts';
import { s3Parts } from '../pulling/s3-parts.ts';
import { requestCheck, requestExport, requestRetry } from '../sqs-checks.ts';
import { wakeLane } from '../sqs-wakes.ts';
import { waitingSinceReader } from '../waiting-since-table.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { loadCampaignsConfig } from './config.ts';
import { s3Recipients } from './s3-recipients.ts';

const config = loadCampaignsConfig(process.env);
const telemetry = createTelemetry('campaigns');
const { tableName, campaignsBucket, s3 } = config;
const now = Date.now;
const READ_TIMEOUT_MS = 6000;
const LINK_SECONDS = 3600;
const CHECK_ID_BYTES = 9;
const ID_BYTES = 16;

const randomText = (bytes: number) => randomBytes(bytes).toString('base64url');

const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 3, timeoutMs: 2000 });
const sqs = awsJson(config.sqs, SQS, { attempts: 4, timeoutMs: 2000 });
const channels = notedRetention(channelReader(dynamodb, tableName));
const expiresAt = notedExpiry(channels, config, now);
const channel = keptChannels(channels, CHANNEL_MAX_AGE_MS, now);
const cursors = cursorTable(dynamodb, tableName);
const wake = wakeLane(sqs, config.outboxQueueUrl, now);
const link = s3MediaPresigner(campaignsBucket, s3, now);
const recipients = s3Recipients(campaignsBucket, s3, now);

const deps: AnswerDeps = {
  tenantOf: keptCallers(callerReader(dynamodb, tableName), now),
  ...{ channel, now, wake, expiresAt, error: telemetry.error },
  campaigns: campaignTable(dynamodb, tableName),
  marks: marksTable(dynamodb, { tableName, expiresAt }),
  readCursors: (campaign, signal) => cursors.read(campaign, undefined, signal),
  readFigures: async (campaign, signal) =>
    (await readCampaignFigures(dynamodb, tableName, campaign, signal)).all,
  readReport: (campaign, signal) => readCampaignReport(dynamodb, tableName, campaign, signal),
  refusalsLink: (campaign, check) =>
    link({ key: refusalsKey(campaign, check), mimeType: 'text/csv' }, LINK_SECONDS),
  ...recipients,
  requestCheck: requestCheck(sqs, config.checksQueueUrl),
  requestExport: requestExport(sqs, config.checksQueueUrl),
  requestRetry: requestRetry(sqs, config.checksQueueUrl),
  newExportName: () => randomText(ID_BYTES),
  exportLink: async (campaign, id, format, signal) => {
    const key = exportKey(campaign, id);
    if (!(await recipients.isThere(key, signal))) return undefined;
    return await link({ key, mimeType: exportType(format) }, LINK_SECONDS);
  },
  newId: () => `cmp_${randomText(ID_BYTES)}`,
  newCheckId: () => randomText(CHECK_ID_BYTES),
  newKey: randomUUID,
  readRange: s3Parts(campaignsBucket, s3),
  triggered: triggeredTable(dynamodb, tableName, now),
  accepting: {
    ...{ channel, wake, now, isSending: config.isSending },
    outbox: outboxTable(dynamodb, { tableName, expiresAt }),
    leftOut: optOutReader(dynamodb, tableName).leftOut,
    waitingSince: waitingSinceReader(dynamodb, tableName, now),
    table: tableReader(
      (...call) => dynamodb(...call, AbortSignal.timeout(READ_TIMEOUT_MS)),
      tableName,
      now,
    ),
  },
};

export const handler = apiHandler(telemetry, (request) => answer(request, deps));
