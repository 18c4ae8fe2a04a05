import type { StoreLines } from '../../../lambda/archive/s3-archive.ts';
import { keepOptOut } from '../../../lambda/campaigns/keep-opt-out.ts';
import { noteReply } from '../../../lambda/campaigns/note-reply.ts';
import { optOutWriter } from '../../../lambda/campaigns/opt-outs-table.ts';
import { replyTable } from '../../../lambda/campaigns/replies-table.ts';
import { type Gap, missedEvents } from '../../../lambda/changes/missed-changes.ts';
import { keptTenancy } from '../../../lambda/channels/tenancy.ts';
import { toReceiver } from '../../../lambda/delivery/router/receivers.ts';
import { routeRecords } from '../../../lambda/delivery/router/route-records.ts';
import type { ChangeRecord, RouterDeps } from '../../../lambda/delivery/router/router-deps.ts';
import { subscriberReader } from '../../../lambda/delivery/subscriber-table.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { forgettingTable } from '../../../lambda/forgetting/forgettings-table.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { tableReader } from '../../../lambda/table/reader-table.ts';
import type { Item } from '../../../lambda/table/stored-rows.ts';
import { missedArchiver } from './archive-missed.ts';
import { missedPartitions } from './missed-partitions.ts';

export interface MissedDeps
  extends Pick<
    RouterDeps<ChangeRecord>,
    'sendTo' | 'isQueueGone' | 'deadLetter' | 'sendMediaJobs' | 'now'
  > {
  readonly dynamodb: CallAws;
  readonly tableName: string;
  /** Of the archive. */
  readonly store: StoreLines;
}

export interface Report {
  readonly events: number;
  readonly deliveries: number;
  /** Rows that nobody could read. */
  readonly unreadable: number;
}

/**
 * Hands on the events that the table has of a time, partition by partition, as the router would have
 * done, and archives them. Rejects where not everything is taken; to do it again does no harm.
 */
export async function handOnMissed(
  gap: Gap,
  signal: AbortSignal,
  { dynamodb, tableName, store, ...queues }: MissedDeps,
): Promise<Report> {
  const subscribers = subscriberReader(dynamodb, tableName);
  const receivers = (await subscribers.findAll(signal)).map(toReceiver);
  const forgettings = forgettingTable(dynamodb, tableName, queues.now).list;
  const tenancy = keptTenancy(dynamodb, tableName, queues.now);
  const replies = replyTable(dynamodb, tableName);
  const optOuts = {
    ...optOutWriter(dynamodb, tableName, queues.now),
    table: tableReader((...call) => dynamodb(...call, signal), tableName, queues.now),
    ...{ tenantOf: tenancy.channelTenant, now: queues.now, count: () => {}, warn: () => {} },
  };
  const report = { events: 0, deliveries: 0, unreadable: 0 };
  const deps: RouterDeps<ChangeRecord> = {
    ...queues,
    receivers: async () => receivers,
    // What a message of ours has come to is put together when it is read.
    ...{ channels: async () => new Set<string>(), tellStatuses: async () => {} },
    // A gap in figures is told by a recount.
    addFigures: async () => {},
    // What was said against a campaign hours ago, its provider says again when it is sent.
    stopCampaigns: async () => {},
    noteReply: (event, deadline) => noteReply(event, deadline, replies),
    keepOptOut: (event, deadline) => keepOptOut(event, deadline, optOuts),
    ownership: tenancy.ownership,
    isThere: async (id, deadline) => (await subscribers.find(id, deadline)) !== undefined,
    sendTo: (id) => {
      const send = queues.sendTo(id);
      return async (batch, deadline) => {
        const refusals = await send(batch, deadline);
        report.deliveries += batch.length - refusals.length;
        return refusals;
      };
    },
    setAside: async () => {
      report.unreadable += 1;
    },
    // How a channel fares is asked once an hour anyway.
    tellChannels: async () => {},
    ...{ count: () => {}, warn: () => {} },
  };
  const archive = missedArchiver(gap, signal, { store, forgettings, now: queues.now });
  for await (const rows of missedPartitions({ dynamodb, tableName, ...queues }, gap, signal)) {
    const events: RoutedEvent[] = [];
    const records = rows.map((row) => recordOf(row, gap, events));
    const left = await routeRecords({ records, signal }, deps);
    if (left !== undefined) throw new Error('the queues did not take everything');
    report.events += events.length;
    await archive.add(events);
  }
  await archive.end();
  return report;
}

/** Adds what it tells to `found` when it is asked for that. */
function recordOf(row: Item, gap: Gap, found: RoutedEvent[]): ChangeRecord {
  return {
    sequenceNumber: '',
    events: () => {
      const events = missedEvents(row, gap);
      found.push(...events);
      return events;
    },
  };
}
