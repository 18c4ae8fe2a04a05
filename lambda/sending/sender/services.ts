import { randomUUID } from 'node:crypto';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { tellStopped } from '../../campaigns/stop-campaigns.ts';
import { channelReader, channelWriter } from '../../channels/channel-table.ts';
import { httpsAsk } from '../../channels/https-ask.ts';
import { keepSaid, tellPaused } from '../../channels/keep-said.ts';
import { notedExpiry, notedRetention } from '../../channels/noted-retention.ts';
import { pauseChannel } from '../../channels/pause-channel.ts';
import { channelTokens } from '../../channels/ssm-tokens.ts';
import { awsJson, DYNAMODB, SQS, SSM } from '../../shared/aws/json-protocol.ts';
import { SECRET_OUTDATED } from '../../shared/aws/secrets-manager.ts';
import { sqsVisibility } from '../../shared/aws/sqs-visibility.ts';
import type { Telemetry } from '../../shared/aws/telemetry.ts';
import { faultName } from '../../shared/queue/failure.ts';
import { claimTable } from '../claim-table.ts';
import type { SenderConfig } from '../config.ts';
import { type AskProvider, graphSender } from '../https-graph.ts';
import { httpsPostOnce } from '../https-post-once.ts';
import { wasenderInfo, wasenderSender } from '../https-wasender.ts';
import { laneTable } from '../lane-table.ts';
import { lanesPerSenderReader } from '../lanes-per-sender-table.ts';
import { outboxTable } from '../outbox-table.ts';
import { s3Parts } from '../pulling/s3-parts.ts';
import { requestStep } from '../sqs-checks.ts';
import { campaignServices } from './campaign-services.ts';
import { type CheckDeps, check } from './check.ts';
import { recentlySent } from './neighbours.ts';
import type { WorkDeps } from './work-lane.ts';

/** So little of a slice that a provider that is slow costs lanes that wait nothing to speak of. */
const CHECK_MS = 10_000;

/** A slice and a send may come before it, and the invocation has to end. */
const INFO_TIMEOUT_MS = 3000;

/** What the sender needs, for the life of an execution environment. */
export function senderServices(config: SenderConfig, telemetry: Telemetry) {
  const now = Date.now;
  const { count, warn } = telemetry;
  const { tableName, providerUrls } = config;
  const dynamodb = awsJson(config.dynamodb, DYNAMODB, { attempts: 4, timeoutMs: 2000 });
  const sqs = awsJson(config.sqs, SQS, { attempts: 3, timeoutMs: 1000 });
  const ssm = awsJson(config.ssm, SSM, { attempts: 3, timeoutMs: 2000 });
  const channels = notedRetention(channelReader(dynamodb, tableName));
  const expiresAt = notedExpiry(channels, config, now);
  const rows = { tableName, now, expiresAt, newClaimId: randomUUID };
  const outbox = outboxTable(dynamodb, rows);
  const claims = claimTable(dynamodb, rows);
  const lanes = laneTable(dynamodb, rows);
  const table = { ...channels, ...channelWriter(dynamodb, tableName) };
  const onOutage = (error: unknown) => warn(SECRET_OUTDATED, { fault: faultName(error) });
  const tokens = channelTokens(ssm, config.tokensPath, { onOutage, now });
  const post = httpsPostOnce();
  const info = httpsPostOnce({ timeoutMs: INFO_TIMEOUT_MS });
  const ask: Readonly<Record<'meta' | 'wasender', AskProvider>> = {
    meta: graphSender(providerUrls.meta, post),
    wasender: wasenderSender(providerUrls.wasender, post),
  };
  const askInfo = wasenderInfo(providerUrls.wasender, info);

  const checking: CheckDeps = {
    ...{ readChannel: channels.get, tokens, now, warn },
    askBy: ({ provider }, token, signal) => httpsAsk(providerUrls[provider], token, signal),
    keep: (id, told, signal) => keepSaid(id, told, { table, now, count, warn }, signal),
  };
  const ofCampaigns = campaignServices({
    ...{ dynamodb, tableName, channels, now, expiresAt },
    readRange: s3Parts(config.campaignsBucket, config.s3),
    requestStep: requestStep(sqs, config.checksQueueUrl, now),
    stopped: (campaign, because) => tellStopped(campaign, because, { count, warn }),
  });
  const deps: WorkDeps = {
    ...{ lanes, now, warn },
    openFeed: ofCampaigns.openFeed,
    readChannel: channels.get,
    lanesPerSender: lanesPerSenderReader(dynamodb, tableName, now),
    sleep: (ms) => sleepFor(ms),
    check: (id, signal) =>
      check(id, AbortSignal.any([signal, AbortSignal.timeout(CHECK_MS)]), checking),
    sending: (id, channel) => {
      const neighbours = recentlySent(now);
      return {
        ...{ outbox, claims, lanes, channel, now, count, warn },
        random: Math.random,
        readFromPart: (key, row, signal) =>
          ofCampaigns.readFromPart(key, row, channel().tenant, signal),
        askInfo,
        sleep: (ms) => sleepFor(ms),
        token: () => tokens.current(id),
        newerToken: () => tokens.newer(id),
        ask: (request) => ask[channel().provider](request),
        pauseChannel: async (because, signal) => {
          if (!(await pauseChannel(id, because, { table, now }, signal))) return;
          tellPaused(id, because, { count, warn });
        },
        neighbours: neighbours.of,
        sent: neighbours.sent,
      };
    },
  };
  return { deps, delayReturns: sqsVisibility(sqs, config.outboxQueueUrl) };
}
