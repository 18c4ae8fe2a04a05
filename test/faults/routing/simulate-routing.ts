import { missedEvents, partitionOf, timeOf } from '../../../lambda/adapters/missed-changes.ts';
import { toItem } from '../../../lambda/adapters/stored-rows.ts';
import { type RoutedEvent, readDelivery } from '../../../lambda/domain/delivery.ts';
import { isWanted, type Subscriber } from '../../../lambda/domain/subscriber.ts';
import { writeSubscriber } from '../../../lambda/domain/subscriber-json.ts';
import { type ChangeRecord, routeRecords } from '../../../lambda/router/route-records.ts';
import type { OutgoingDelivery } from '../../../lambda/router/send-round.ts';
import { seededRandom } from '../../../local/traffic/random.ts';
import { aSubscriber } from '../../support/subscribers.ts';
import { FaultPlan } from '../fault-plan.ts';
import type { HttpCall } from '../http-handler.ts';
import { Network } from '../network.ts';
import { SimulatedQueues } from '../queues.ts';
import type { ColdStart } from '../realm.ts';
import { jsonAnswer } from '../service.ts';
import { SimulatedFunction } from '../simulated-function.ts';
import { VirtualTime } from '../virtual-time.ts';
import type { RoutingSchedule } from './routing-schedule.ts';
import { Shard } from './shard.ts';
import { type Told, WrittenTable } from './written-table.ts';

/** 2026-11-01T12:00:00Z */
const START_MS = 1_793_534_400_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DEDUPLICATION_MS = 5 * MINUTE_MS;

const SUBSCRIBERS: readonly Subscriber[] = [
  aSubscriber({ id: 'sub_ordered' }),
  aSubscriber({ id: 'sub_parallel', isOrdered: false }),
  aSubscriber({ id: 'sub_statuses', filter: { kinds: ['status'] }, isPaused: true }),
  aSubscriber({ id: 'sub_gone', disabledBecause: 'gone' }),
];

/** What came of a schedule. */
export interface RoutingWeek {
  /** Promises that were broken. */
  readonly violations: readonly string[];
  readonly deliveries: number;
  readonly doubles: number;
  readonly faults: number;
}

interface Arrival {
  readonly subscriberId: string;
  readonly event: RoutedEvent;
  readonly at: number;
}

/** Runs the router, as it is deployed, until every change is dealt with. */
export async function simulateRouting(
  schedule: RoutingSchedule,
  coldStart: ColdStart,
): Promise<RoutingWeek> {
  const time = new VirtualTime(START_MS);
  const now = () => time.now;
  const random = seededRandom(schedule.seed, 'routing');
  const faults = new FaultPlan(schedule, START_MS);
  const arrivals: Arrival[] = [];
  const queues = new SimulatedQueues({
    now,
    maxReceiveCount: 1000,
    onSent: (_, { body }, __, isNew) => {
      const reading = readDelivery(body);
      if (!reading.ok) throw new Error(reading.reason);
      const { subscriberId, event } = reading.delivery;
      if (isNew) arrivals.push({ subscriberId, event, at: now() });
    },
    onPartlyTaken: () => {},
  });
  const aside = new Set<string>();
  const network = new Network({
    ...{ time, random, faults, kills: () => false, trace: () => {} },
    services: {
      sqs: (call, fault) => queues.act(actionOf(call), inputOf(call), fault),
      dynamodb: () => jsonAnswer({ Items: SUBSCRIBERS.map(rowOf) }),
      s3: ({ path }) => {
        aside.add(path);
        return jsonAnswer({});
      },
      secretsmanager: () => jsonAnswer({}),
    },
  });
  const reader = new SimulatedFunction({
    ...{ time, random, network, faults, coldStart, name: 'router', timeoutMs: MINUTE_MS },
    releases: () => ['current'],
    trace: () => {},
  });
  const from = START_MS + MINUTE_MS;
  const disabled = { from, until: from + schedule.disabledMs };
  const { batchSize } = schedule;
  const shards = Array.from(
    { length: schedule.shards },
    () => new Shard({ time, random, faults, reader, batchSize, disabled }),
  );
  const written = new WrittenTable({
    now,
    onRecord: (record, partition) => shards[shardOf(partition, shards.length)]?.add(record),
  });
  for (const write of schedule.writes) time.after(write.atMs, () => written.write(write));
  await time.run(() => false);

  const isGap = schedule.disabledMs > 0;
  if (isGap) await makeUp(written, disabled, (message) => queues.send('deliveries.fifo', message));
  return {
    violations: violationsOf(written, arrivals, aside, isGap),
    deliveries: arrivals.length,
    doubles: arrivals.length - new Set(arrivals.map(identityOf)).size,
    faults: faults.injected,
  };
}

function shardOf(partition: string, shards: number): number {
  return (partition.codePointAt(partition.length - 2) ?? 0) % shards;
}

/** As an operator does after a gap: every row that may have changed within it, partition by partition. */
async function makeUp(
  { table }: WrittenTable,
  { from, until }: { readonly from: number; readonly until: number },
  send: (message: { groupId: string; deduplicationId: string; body: string }) => void,
): Promise<void> {
  const rows = [...table.rows.values()].map(toItem);
  for (const partition of Map.groupBy(rows, partitionOf).values()) {
    const inOrder = partition.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)));
    const records: ChangeRecord[] = inOrder.map((row, n) => ({
      sequenceNumber: String(n),
      events: () => missedEvents(row, { from: from - HOUR_MS, until }),
    }));
    const readable = records.filter(isReadable);
    const signal = new AbortController().signal;
    const left = await routeRecords(
      { records: readable, signal },
      {
        subscribers: async () => SUBSCRIBERS,
        sendBatch: async (batch: readonly OutgoingDelivery[]) => {
          for (const { group: groupId, deduplicationId, body } of batch) {
            send({ groupId, deduplicationId, body });
          }
          return [];
        },
        sendMediaJobs: async () => [],
        setAside: async () => {},
        now: () => until,
        count: () => {},
        warn: () => {},
      },
    );
    if (left !== undefined) throw new Error('not all was made up');
  }
}

function isReadable(record: ChangeRecord): boolean {
  try {
    record.events();
    return true;
  } catch {
    return false;
  }
}

function violationsOf(
  { told, unreadable }: WrittenTable,
  arrivals: readonly Arrival[],
  aside: ReadonlySet<string>,
  isGap: boolean,
): string[] {
  const violations: string[] = [];
  const known = new Map(told.map((event) => [event.id, event]));
  for (const { subscriberId, event } of arrivals) {
    const subscriber = SUBSCRIBERS.find(({ id }) => id === subscriberId);
    if (!known.has(event.id)) violations.push(`${event.id} was never written`);
    if (subscriber === undefined || !wants(subscriber, event)) {
      violations.push(`${subscriberId} did not want ${event.kind}`);
    }
  }
  for (const subscriber of SUBSCRIBERS) {
    const ofSubscriber = arrivals.filter(({ subscriberId }) => subscriberId === subscriber.id);
    const wanted = told.filter((event) => wants(subscriber, event));
    const arrived = new Set(ofSubscriber.map(({ event }) => event.id));
    const lost = wanted.filter(({ id }) => !arrived.has(id)).length;
    if (lost > 0) violations.push(`${subscriber.id} never hears of ${lost} events`);
    if (!isGap && subscriber.isOrdered) violations.push(...disorderOf(wanted, ofSubscriber));
    violations.push(...earlyDoublesOf(ofSubscriber));
  }
  if (!isGap && aside.size !== unreadable) violations.push(`${aside.size} of ${unreadable} aside`);
  return violations;
}

function wants({ filter, disabledBecause }: Subscriber, { kind }: { readonly kind: string }) {
  const facts = { provider: 'meta', channel: '', type: '', direction: 'inbound' } as const;
  const isKnown = kind === 'message' || kind === 'status';
  return isKnown && disabledBecause === undefined && isWanted(filter, { ...facts, kind });
}

/** Events of a group whose first message in the queue lies behind that of a later event. */
function disorderOf(wanted: readonly Told[], arrivals: readonly Arrival[]): string[] {
  const place = new Map(
    arrivals.toReversed().map(({ event }, index) => [event.id, arrivals.length - 1 - index]),
  );
  return [...Map.groupBy(wanted, ({ group }) => group).values()].flatMap((events) =>
    events.flatMap(({ id }, index) => {
      const next = events[index + 1];
      const isOvertaken = next !== undefined && (place.get(id) ?? 0) > (place.get(next.id) ?? 0);
      return isOvertaken ? [`${next.id} has overtaken ${id}`] : [];
    }),
  );
}

/** SQS drops them, if they have one deduplication id and one group. */
function earlyDoublesOf(arrivals: readonly Arrival[]): string[] {
  return [...Map.groupBy(arrivals, identityOf).values()].flatMap((copies) =>
    copies
      .filter(({ at }, index) => at - (copies[index - 1]?.at ?? 0) < DEDUPLICATION_MS)
      .map(({ event }) => `${event.id} is double within five minutes`),
  );
}

function identityOf({ subscriberId, event }: Arrival): string {
  return `${subscriberId} ${event.id}`;
}

function rowOf(subscriber: Subscriber) {
  return {
    ...{ pk: { S: 'subscribers' }, sk: { S: subscriber.id }, revision: { N: '1' } },
    config: { S: writeSubscriber(subscriber) },
  };
}

function actionOf({ headers }: HttpCall): string {
  return (headers['x-amz-target'] ?? '').replace(/^.*\./, '');
}

function inputOf({ body }: HttpCall): unknown {
  return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
}
