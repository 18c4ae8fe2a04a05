import { campaignTable } from '../../campaigns/campaign-table.ts';
import { cursorTable } from '../../campaigns/cursor-table.ts';
import { marksTable } from '../../campaigns/marks-table.ts';
import { triggeredTable } from '../../campaigns/triggered-table.ts';
import { channelReader } from '../../channels/channel-table.ts';
import { notedExpiry, notedRetention } from '../../channels/noted-retention.ts';
import { readPerson } from '../../people/read-person.ts';
import { awsJson, DYNAMODB, SQS } from '../../shared/aws/json-protocol.ts';
import type { Telemetry } from '../../shared/aws/telemetry.ts';
import type { ReadTable } from '../../table/query-table.ts';
import { tableReader } from '../../table/reader-table.ts';
import { claimTable } from '../claim-table.ts';
import type { TickerConfig } from '../config.ts';
import { laneTable } from '../lane-table.ts';
import { outboxTable } from '../outbox-table.ts';
import { endMessage } from '../pass-over.ts';
import { wakeCheck, wakeLane } from '../sqs-wakes.ts';
import { waitingSinceTable } from '../waiting-since-table.ts';
import { wakeStalled } from './stalled-campaigns.ts';
import type { TickDeps } from './tick.ts';
import { findTraces } from './traces.ts';

const READ_TIMEOUT_MS = 6000;

/** What the ticker needs, for the life of an execution environment. */
export function tickerServices(config: TickerConfig, { count, warn }: Telemetry): TickDeps {
  const now = Date.now;
  const { tableName } = config;
  const dynamodb = awsJson(config.dynamodb, DYNAMODB, { attempts: 4, timeoutMs: 2000 });
  const sqs = awsJson(config.sqs, SQS, { attempts: 3, timeoutMs: 2000 });
  const channels = notedRetention(channelReader(dynamodb, tableName));
  const rows = { tableName, now, expiresAt: notedExpiry(channels, config, now) };
  const outbox = outboxTable(dynamodb, rows);
  const claims = claimTable(dynamodb, rows);
  const lanes = laneTable(dynamodb, rows);
  const read: ReadTable = (...call) => dynamodb(...call, AbortSignal.timeout(READ_TIMEOUT_MS));
  const marks = marksTable(dynamodb, rows);
  const cursors = cursorTable(dynamodb, tableName);
  const triggered = triggeredTable(dynamodb, tableName, now);
  const wake = wakeLane(sqs, config.outboxQueueUrl, now);
  const stalled = {
    ...{ marks, wake, count, warn, now },
    campaigns: campaignTable(dynamodb, tableName),
    readCursors: (campaign: string, signal: AbortSignal) =>
      cursors.read(campaign, undefined, signal),
    firstDue: async (campaign: string, track: number, signal: AbortSignal) => {
      const [first] = await triggered.due(campaign, track, 1, signal);
      return first?.dueAt;
    },
  };
  const table = tableReader(read, tableName, now);
  const passing = { outbox, claims, lanes, now, count, warn, neighbours: () => [] };
  return {
    ...{ channels, outbox, claims, lanes, now, count, warn },
    sendersAtOnce: config.sendersAtOnce,
    wake,
    wakeStalled: (byId, seen, signal) => wakeStalled(byId, seen, signal, stalled),
    wakeCheck: wakeCheck(sqs, config.outboxQueueUrl, now),
    expire: (lane, row, signal) => endMessage(lane, row, 'expired', signal, passing),
    findPerson: ({ channel, to }) => readPerson(channel, to.name, { table }),
    findTraces: findTraces({ table, now }),
    waitingSince: waitingSinceTable(dynamodb, tableName),
  };
}
