import { mayAnswer } from '../../campaigns/note-reply.ts';
import { mayDecide } from '../../campaigns/opt-out-news.ts';
import { mayStop } from '../../campaigns/stopping-news.ts';
import { mayHaveNews } from '../../channels/account-news.ts';
import type { RoutedEvent } from '../../events/routed-event.ts';
import { mayHaveMedia } from '../../providers/media-file.ts';
import { deliveryGroup } from '../delivery.ts';
import { countCampaigns } from './count-campaigns.ts';
import { eachEvent } from './each-event.ts';
import { receiversOf } from './receivers.ts';
import type { ChangeRecord, RouterDeps } from './router-deps.ts';
import { sendDeliveries } from './send-deliveries.ts';
import { jobMessage, type PlannedDelivery, type RoundOutcome, sendRound } from './send-round.ts';
import { tellOutgoing } from './tell-outgoing.ts';

export interface RecordBatch<T extends ChangeRecord> {
  /** In the order of their shard. */
  readonly records: readonly T[];
  /** Aborted when it is time to answer: what is not sent by then is returned. */
  readonly signal: AbortSignal;
}

/**
 * Puts each event of a batch on the queue of everybody who wants it, those of a delivery group in their
 * order: the next when the queue has confirmed the one before. Where a file may have
 * come with it, also on the queue of those to be fetched.
 *
 * A record that cannot be read is set aside, and the others go on. Returns the first record that is
 * not done with: from there on the stream must hand them over again.
 */
export async function routeRecords<T extends ChangeRecord>(
  batch: RecordBatch<T>,
  deps: RouterDeps<T>,
): Promise<T | undefined> {
  const { undone, faults } = await routeAll(batch, deps).catch((error: unknown) => ({
    undone: 0,
    faults: [error],
  }));
  const record = batch.records[undone];
  if (record === undefined) return undefined;
  const records = batch.records.length - undone;
  deps.count('RecordsReturned', records);
  deps.warn('Records returned to the stream', {
    faults: faultNames(faults),
    records,
    sequenceNumber: record.sequenceNumber,
  });
  return record;
}

interface Outcome {
  /** Place of the first record that is not done with; behind the last where all are. */
  readonly undone: number;
  readonly faults: readonly unknown[];
}

async function routeAll<T extends ChangeRecord>(
  { records, signal }: RecordBatch<T>,
  deps: RouterDeps<T>,
): Promise<Outcome> {
  const told = await readRecords(records, signal, deps);
  const planned = await plan(told, signal, deps);
  const outcomes = await Promise.all([
    sendDeliveries(planned, signal, deps),
    sendMediaJobs(told, signal, deps),
    tellOutgoing(records, signal, deps),
    countCampaigns(records, signal, deps),
    // Of news that may be older than what is known, in any order.
    eachEvent(told, mayHaveNews, (event) => deps.tellChannels(event, signal)),
    eachEvent(told, mayStop, (event) => deps.stopCampaigns(event, signal)),
    noteReplies(told, signal, deps),
    eachEvent(told, mayDecide, (event) => deps.keepOptOut(event, signal)),
  ]);
  const unsent = outcomes.flatMap((outcome) => outcome.unsent.map(({ index }) => index));
  return {
    undone: Math.min(told.length, ...unsent),
    faults: outcomes.flatMap(({ faults }) => faults),
  };
}

/** The events of each record. */
type Told = readonly (readonly RoutedEvent[])[];

/** Rejects where one who wants an event has no queue yet: what an earlier release left goes there first. */
async function plan<T extends ChangeRecord>(
  told: Told,
  signal: AbortSignal,
  deps: RouterDeps<T>,
): Promise<readonly PlannedDelivery[]> {
  const receivers = told.some(({ length }) => length > 0) ? await deps.receivers(signal) : [];
  if (receivers.length === 0) return [];
  const isTheirs = await deps.ownership(signal);
  const routedAt = deps.now();
  return told.flatMap((events, index) =>
    events.flatMap((event) =>
      receiversOf(event, receivers, isTheirs).map(({ id: subscriberId, subscriber, isMapped }) => {
        if (!isMapped) throw new Unprepared();
        const delivery = { subscriberId, routedAt, event };
        const group = deliveryGroup(delivery, subscriber?.isOrdered ?? true);
        return { delivery, group, index };
      }),
    ),
  );
}

/** Some subscriber has no queue yet. */
class Unprepared extends Error {
  override readonly name = 'subscribers-without-queue';
}

/** Files wait for nothing: neither for one another nor for deliveries. */
async function sendMediaJobs<T extends ChangeRecord>(
  told: Told,
  signal: AbortSignal,
  deps: RouterDeps<T>,
): Promise<RoundOutcome<{ readonly index: number }>> {
  const jobs = told.flatMap((events, index) =>
    events.filter(announcesMedia).map((event) => ({ event, index })),
  );
  return sendRound(jobs, jobMessage, signal, deps.sendMediaJobs);
}

/** On channels that are sent from alone: to ask for each would cost who sends nothing. */
async function noteReplies<T extends ChangeRecord>(
  told: Told,
  signal: AbortSignal,
  { channels, noteReply }: RouterDeps<T>,
): Promise<RoundOutcome<{ readonly index: number }>> {
  const isSentFrom = async ({ channel }: RoutedEvent) => (await channels(signal)).has(channel);
  return await eachEvent(told, mayAnswer, async (event) => {
    if (await isSentFrom(event)) await noteReply(event, signal);
  });
}

/** The event that tells what became of a file gives no rise to another job. */
function announcesMedia(event: RoutedEvent): boolean {
  return event.media === undefined && mayHaveMedia(event);
}

/** The events of each record: none of one that cannot be read, once that is set aside. */
function readRecords<T extends ChangeRecord>(
  records: readonly T[],
  signal: AbortSignal,
  deps: RouterDeps<T>,
): Promise<Told> {
  return Promise.all(
    records.map(async (record) => {
      try {
        return record.events();
      } catch (error) {
        const { sequenceNumber } = record;
        await deps.setAside(record, signal);
        deps.count('RecordUnrouted');
        deps.warn('Record set aside', { fault: faultNames([error]), sequenceNumber });
        return [];
      }
    }),
  );
}

/** Names alone: a message may quote what was sent. */
function faultNames(faults: readonly unknown[]): string {
  const names = faults.map((fault) => (fault instanceof Error ? fault.name : 'unknown'));
  return names.length === 0 ? 'refused' : [...new Set(names)].join(' ');
}
