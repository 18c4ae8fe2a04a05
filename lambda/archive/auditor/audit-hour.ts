import type { Channel } from '../../channels/channel.ts';
import type { OwnershipDeps } from '../../channels/tenancy.ts';
import type { ReadDrops } from '../../delivery/drops-table.ts';
import type { ReadDeliveryLog } from '../../delivery/log-reader-table.ts';
import type { Subscriber } from '../../delivery/subscriber.ts';
import { isOfTenant, isStillWanted } from '../../delivery/wanted.ts';
import type { RoutedEvent } from '../../events/routed-event.ts';
import type { Forgetting } from '../../forgetting/forgetting.ts';
import { forgottenPeople } from '../../forgetting/known-person.ts';
import type { MetricName } from '../../metric-names.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import type { ReadArchived } from '../s3-archived-events.ts';

export interface AuditDeps extends OwnershipDeps {
  readonly archived: ReadArchived;
  /** Those that have a row. */
  readonly channels: (signal: AbortSignal) => Promise<readonly Pick<Channel, 'id' | 'updatedAt'>[]>;
  readonly subscribers: (signal: AbortSignal) => Promise<readonly Subscriber[]>;
  readonly forgettings: (signal: AbortSignal) => Promise<readonly Forgetting[]>;
  readonly drops: ReadDrops;
  /**
   * About how many deliveries wait in a subscriber's queue, hidden ones included; undefined where somebody removed the
   * queue, so that its deliveries are dead letters.
   */
  readonly queued: (subscriberId: string, signal: AbortSignal) => Promise<number | undefined>;
  readonly log: ReadDeliveryLog;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (message: string, fields: LogFields) => void;
}

const MINUTE_MS = 60_000;
/** By then it is archived, handed on and tried, or waits in a queue. */
const SETTLED_MS = 60 * MINUTE_MS;
/** An hour, and as much more as a schedule may be late: what is looked at twice is lost all the same. */
const SPAN_MS = 65 * MINUTE_MS;
/** For so long a change of a subscriber or channel may not be known everywhere. */
const CHANGE_MS = MINUTE_MS;

/** What is owed to a subscriber, by the ids of events. */
interface Owed {
  readonly subscriber: Subscriber;
  readonly ids: Set<string>;
}

/**
 * Looks what became of each event that was received in the hour before the last one, for each subscriber that wants
 * it: tried, or waiting in the subscriber's queue. Counts and logs the others.
 *
 * Which of the events that nobody has tried are in a queue is not known: they count as lost as far as the queue
 * holds fewer.
 */
export async function auditHour(signal: AbortSignal, deps: AuditDeps): Promise<void> {
  const to = deps.now() - SETTLED_MS;
  const from = to - SPAN_MS;
  for (const { subscriber, ids } of await owedSince(from, to, signal, deps)) {
    const lost = await lostOf(subscriber.id, ids, from, signal, deps);
    deps.count('EventUnaccounted', lost);
    if (lost === 0) continue;
    const [eventId] = ids;
    const told = { subscriberId: subscriber.id, events: lost, eventId };
    deps.warn('Events of a subscriber accounted for nowhere', told);
  }
}

async function owedSince(
  from: number,
  to: number,
  signal: AbortSignal,
  deps: AuditDeps,
): Promise<readonly Owed[]> {
  const isTheirs = await deps.ownership(signal);
  // Of another tenant until then, perhaps, whose subscribers got it.
  const channels = new Map((await deps.channels(signal)).map((one) => [one.id, one.updatedAt]));
  const forgotten = await forgottenPeople(await deps.forgettings(signal));
  const readers = await Promise.all(
    (await deps.subscribers(signal))
      .filter(({ disabledBecause }) => disabledBecause === undefined)
      .map(async (subscriber) => ({
        subscriber,
        isDropped: await deps.drops(subscriber.id, signal),
        ids: new Set<string>(),
      })),
  );
  const isOwed = (event: RoutedEvent, { subscriber, isDropped }: (typeof readers)[number]) =>
    event.receivedAt >
      Math.max(subscriber.updatedAt, channels.get(event.channel) ?? 0) + CHANGE_MS &&
    isStillWanted(subscriber, event) &&
    isOfTenant(subscriber, event, isTheirs) === true &&
    !isDropped(event);
  for await (const event of deps.archived(from, to, signal)) {
    if (forgotten.isTheirs(event)) continue;
    for (const reader of readers) if (isOwed(event, reader)) reader.ids.add(event.id);
  }
  return readers;
}

/** Leaves the ids of which no try is known. */
async function lostOf(
  subscriberId: string,
  ids: Set<string>,
  since: number,
  signal: AbortSignal,
  { queued, log }: AuditDeps,
): Promise<number> {
  if (ids.size === 0) return 0;
  // First: what leaves the queue meanwhile is in the log by then.
  const waiting = await queued(subscriberId, signal);
  if (waiting === undefined) return 0;
  for await (const { tries } of log({ subscriberId, since }, signal)) {
    for (const { eventId } of tries) ids.delete(eventId);
  }
  return Math.max(ids.size - waiting, 0);
}
