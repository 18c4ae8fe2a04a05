import { randomBytes, randomInt } from 'node:crypto';
import { campaignRows } from '../../campaigns/campaign-rows-table.ts';
import { campaignTable } from '../../campaigns/campaign-table.ts';
import { cursorTable } from '../../campaigns/cursor-table.ts';
import { marksTable } from '../../campaigns/marks-table.ts';
import { tellStopped } from '../../campaigns/stop-campaigns.ts';
import { channelReader } from '../../channels/channel-table.ts';
import { httpsAsk } from '../../channels/https-ask.ts';
import { channelTokens } from '../../channels/ssm-tokens.ts';
import { namesOf, readPerson } from '../../people/read-person.ts';
import { awsJson, DYNAMODB, SQS, SSM } from '../../shared/aws/json-protocol.ts';
import { s3SdkClient } from '../../shared/aws/s3-client.ts';
import { SECRET_OUTDATED } from '../../shared/aws/secrets-manager.ts';
import { sqsVisibility } from '../../shared/aws/sqs-visibility.ts';
import type { Telemetry } from '../../shared/aws/telemetry.ts';
import { faultName } from '../../shared/queue/failure.ts';
import type { ReadTable } from '../../table/query-table.ts';
import { tableReader } from '../../table/reader-table.ts';
import { wakeLane } from '../sqs-wakes.ts';
import type { CheckerConfig } from './config.ts';
import { findingsTable } from './findings-table.ts';
import { optOutsReader } from './opt-outs-table.ts';
import { s3Exports } from './s3-exports.ts';
import { growingTexts } from './s3-growing-texts.ts';
import { s3Upload } from './s3-upload.ts';
import type { SettleDeps } from './settle-checks.ts';

/** For what follows when a check's time is up. */
export const LATE_MS = 5000;

const READ_TIMEOUT_MS = 10_000;
const DAY_SECONDS = 86_400;

/** What the checker needs, for the life of an execution environment. */
export function checkerServices(config: CheckerConfig, { count, warn }: Telemetry): SettleDeps {
  const now = Date.now;
  const { tableName, bucket } = config;
  const dynamodb = awsJson(config.dynamodb, DYNAMODB, { attempts: 6, timeoutMs: 3000 });
  const sqs = awsJson(config.sqs, SQS, { attempts: 3, timeoutMs: 1000 });
  const ssm = awsJson(config.ssm, SSM, { attempts: 3, timeoutMs: 2000 });
  const s3 = s3SdkClient(config.s3, { attempts: 6, timeoutMs: 20_000 });
  const onOutage = (error: unknown) => warn(SECRET_OUTDATED, { fault: faultName(error) });
  const tokens = channelTokens(ssm, config.tokensPath, { onOutage, now });
  const channels = channelReader(dynamodb, tableName);
  const cursors = cursorTable(dynamodb, tableName);
  const read: ReadTable = (...call) => dynamodb(...call, AbortSignal.timeout(READ_TIMEOUT_MS));
  const table = tableReader(read, tableName, now);
  const seed = randomInt(2 ** 32);
  // As long as the cursors of what a lane is told of.
  const marksExpireAt = () => Math.ceil(now() / 1000) + 2 * config.campaignDays * DAY_SECONDS;
  return {
    ...{ seed, now, count, warn, campaignDays: config.campaignDays },
    campaigns: campaignTable(dynamodb, tableName),
    findings: findingsTable(dynamodb, tableName),
    readChannel: async (id, signal) => (await channels.get(id, signal))?.channel,
    askBy: async ({ id, provider }, signal) => {
      const token = (await tokens.newer(id)) ?? (await tokens.current(id));
      return token === undefined
        ? undefined
        : httpsAsk(config.providerUrls[provider], token, signal);
    },
    openUpload: s3Upload(s3, bucket),
    optedOut: optOutsReader(dynamodb, tableName, seed),
    aliasesOf: async (channel, userId) => {
      const { names } = await readPerson(channel, userId, { table });
      return namesOf(names).filter((name) => name !== userId);
    },
    exporting: {
      ...campaignRows(dynamodb, tableName),
      ...s3Exports(s3, bucket),
      readCursors: (campaign, signal) => cursors.read(campaign, undefined, signal),
    },
    marks: marksTable(dynamodb, { tableName, expiresAt: marksExpireAt }),
    wake: wakeLane(sqs, config.outboxQueueUrl, now),
    stopped: (campaign, because) => tellStopped(campaign, because, { count, warn }),
    newTexts: () => growingTexts(s3, bucket),
    newId: () => randomBytes(6).toString('hex'),
    delayReturns: sqsVisibility(sqs, config.queueUrl),
    lateSignal: () => AbortSignal.timeout(LATE_MS),
  };
}
