import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { apiHandler } from '../../answers/api-handler.ts';
import { campaignTable } from '../../campaigns/campaign-table.ts';
import { cursorTable } from '../../campaigns/cursor-table.ts';
import { optOutWriter } from '../../campaigns/opt-outs-table.ts';
import { triggeredRows, triggeredTable } from '../../campaigns/triggered-table.ts';
import { channelReader } from '../../channels/channel-table.ts';
import { keptTenancy } from '../../channels/tenancy.ts';
import { s3MediaStore } from '../../media/s3-files.ts';
import { startDeadline } from '../../shared/aws/deadline.ts';
import { dynamoDbClient } from '../../shared/aws/dynamodb-client.ts';
import { s3SdkClient } from '../../shared/aws/s3-client.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { tableReader } from '../../table/reader-table.ts';
import { s3PayloadDeleter } from '../../table/s3-payloads.ts';
import { campaignTurns } from '../campaign-turns-table.ts';
import { forgettingWriter } from '../forgettings-table.ts';
import { forgottenRows } from '../forgotten-table.ts';
import { s3CampaignFiles } from '../s3-campaign-files.ts';
import { waitingMessages } from '../waiting-messages-table.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { loadForgetConfig } from './config.ts';
import { forgetInCampaigns } from './forget-in-campaigns.ts';

/** Kept back for what is under way when time is up, and for the answer. */
const ANSWER_RESERVE_MS = 8000;

const config = loadForgetConfig(process.env);
const telemetry = createTelemetry('forget');
const now = () => Date.now();
const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 4, timeoutMs: 2000 });
const readTimeoutMs = 6000;
const channels = channelReader(dynamodb, config.tableName);
const s3 = s3SdkClient(config.s3, { attempts: 4, timeoutMs: 20_000 });
const sleep = (ms: number) => sleepFor(ms);
const rows = forgottenRows(dynamodb, {
  tableName: config.tableName,
  deletePayload: s3PayloadDeleter(config.overflowBucket, config.s3),
  deleteFile: s3MediaStore(config.mediaBucket, config.s3).remove,
  now,
});
const inCampaigns = {
  campaigns: campaignTable(dynamodb, config.tableName),
  cursors: cursorTable(dynamodb, config.tableName),
  files: s3CampaignFiles(s3, config.campaignsBucket),
  turns: campaignTurns(dynamodb, config.tableName, now),
  ofTriggered: triggeredRows(dynamodb, config.tableName),
  triggered: triggeredTable(dynamodb, config.tableName, now),
  forgetRow: rows.forgetRow,
  ...{ sleep, now },
};
const deps: AnswerDeps = {
  channel: async (id, signal) => (await channels.get(id, signal))?.channel,
  waiting: waitingMessages(dynamodb, config.tableName, now),
  sleep,
  now,
  ...keptTenancy(dynamodb, config.tableName, now),
  table: tableReader(
    (operation, input) => dynamodb(operation, input, AbortSignal.timeout(readTimeoutMs)),
    config.tableName,
    now,
  ),
  rows,
  forgetInCampaigns: (channel, names, signal) =>
    forgetInCampaigns(channel, names, signal, inCampaigns),
  leaveOut: optOutWriter(dynamodb, config.tableName, now).forget,
  remember: forgettingWriter(dynamodb, config.tableName, config.archiveDays, now),
  error: telemetry.error,
};

export const handler = apiHandler(telemetry, async (request, context: Context) => {
  const leftMs = context.getRemainingTimeInMillis();
  using deadline = startDeadline(leftMs - ANSWER_RESERVE_MS);
  return await answer(request, { signal: deadline.signal, endsAt: now() + leftMs }, deps);
});
