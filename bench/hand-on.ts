import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { concurrencyOf } from '../lambda/delivery/endpoint-state.ts';
import type { Subscriber } from '../lambda/delivery/subscriber.ts';
import { subscriberWriter } from '../lambda/delivery/subscriber-table.ts';
import { rowBytes } from '../test/support/write-units.ts';
import { ASSUMED } from './assumed.ts';
import type { AwsCall } from './aws-stub.ts';
import { total } from './cost-model.ts';
import { type Deployed, readDeployed } from './deployed.ts';
import { SETTINGS } from './function-environment.ts';
import { type HandOnInput, handOnParts } from './hand-on-model.ts';
import type { Laboratory } from './laboratory.ts';
import { logBytes } from './log-bytes.ts';
import type { Effort } from './measurement.ts';
import {
  chunks,
  queueEvents,
  queueEventsOf,
  type SentEntry,
  sentEntries,
} from './queue-messages.ts';
import { median } from './statistics.ts';
import { changesOf, makeWrites } from './table-writes.ts';
import { conversationEvents } from './traffic-mix.ts';
import { roundsOf, warmCpuMs } from './warm.ts';

const KB = 1024;
const SQS_UNIT_BYTES = 64 * KB;
const READ_UNIT_BYTES = 4 * KB;

export interface HandedOn {
  /** Of the table, such as cost an invocation. */
  readonly changes: readonly DynamoDBRecord[];
  readonly meanBatch: number;
  readonly subscribers: number;
}

/** The changes of the table that cost an invocation of the router, of what ingest put on its queue. */
export async function handedOnChanges(
  laboratory: Laboratory,
  { isHandedOn }: Deployed,
  entries: readonly SentEntry[],
): Promise<readonly DynamoDBRecord[]> {
  const { calls } = await laboratory.call('processor', queueEvents(entries, 10));
  return changesOf((await makeWrites(calls)).writes).filter(isHandedOn);
}

/** Dollars for a million deliveries to a subscriber, and to a further one, so many at a time. */
export async function deliveryDollars(
  laboratory: Laboratory,
  meanBatch: number,
  effort: Effort,
): Promise<{ readonly one: number; readonly further: number }> {
  const deployed = await readDeployed();
  const entries = await conversationEvents(laboratory, SETTINGS);
  const changes = await handedOnChanges(laboratory, deployed, entries);
  const to = async (subscribers: number) => {
    const handedOn = { changes, meanBatch, subscribers };
    return total(handOnParts(await measureHandOn(laboratory, deployed, handedOn, effort)));
  };
  const one = await to(1);
  return { one, further: (await to(2)) - one };
}

/** Takes changes through router and deliverer as they are deployed, and counts what they call. */
export async function measureHandOn(
  laboratory: Laboratory,
  deployed: Deployed,
  { changes, meanBatch, subscribers }: HandedOn,
  effort: Effort,
): Promise<HandOnInput> {
  const { tlsStub, outside } = laboratory;
  const rows = await subscriberRows(subscribers, outside.endpointUrl);
  tlsStub.keepRows(rows);
  const batches = chunks(changes, meanBatch).map((Records) => ({ Records }));
  const { calls: sends } = await laboratory.call('router', batches);
  const entries = sentEntries(sends);
  const deliveries = queueEventsOf(sends, meanBatch);
  outside.takeBytes();
  const { calls, logLines } = await laboratory.call('deliverer', deliveries);
  const bytes = outside.takeBytes();

  const rounds = roundsOf(effort, meanBatch);
  const { sideBySide } = concurrencyOf({}, 1);
  const use = async (name: 'router' | 'deliverer', events: readonly object[], waitMs: number) => ({
    memoryMegabytes: deployed.memoryMegabytes(name),
    cpuMs: median(await warmCpuMs(laboratory, name, events, rounds)),
    waitMs,
  });
  return {
    meanBatch,
    deliveriesPerEvent: entries.length / changes.length,
    router: await use('router', batches, ASSUMED.sendMessageBatchMs),
    // The subscriber is read, the deliveries go out as many side by side as may, their log is written.
    deliverer: await use(
      'deliverer',
      deliveries,
      2 * ASSUMED.dynamoDbMs + Math.ceil(meanBatch / sideBySide) * ASSUMED.endpointMs,
    ),
    sendsPerEvent: requestsToSqs(sends) / changes.length,
    // At most once in ten seconds, and in two: which is each time where little comes.
    routerReadUnits: Math.ceil(sum(rows, rowBytes) / READ_UNIT_BYTES),
    delivererReadUnits: Math.ceil(Math.max(...rows.map(rowBytes)) / READ_UNIT_BYTES),
    delivererWriteUnits: sum(calls, putUnits) / deliveries.length,
    logBytesPerBatch: logBytes(logLines) / deliveries.length,
    bytesPerDelivery: bytes / entries.length,
  };
}

const attributes = z.record(
  z.string(),
  z.union([z.object({ S: z.string() }), z.object({ N: z.string() })]),
);
const putSchema = z.object({ Item: attributes });

type StoredRow = z.output<typeof attributes>;

async function subscriberRows(count: number, url: string): Promise<readonly StoredRow[]> {
  const rows: StoredRow[] = [];
  const { add } = subscriberWriter(async (_, input) => {
    rows.push(putSchema.parse(input).Item);
  }, 'events');
  const { signal } = new AbortController();
  for (let n = 0; n < count; n += 1)
    await add(subscriber(n, url), '00000000-0000-4000-8000-000000000000', signal);
  return rows;
}

function subscriber(n: number, url: string): Subscriber {
  return {
    id: `sub_${String(n).padStart(22, '0')}`,
    name: `subscriber ${n}`,
    tenant: 'default',
    endpoint: { kind: 'https', url },
    ...{ format: 'standard', filter: {}, isOrdered: true, isPaused: false, secretVersion: 1 },
    ...{ createdAt: n, updatedAt: n },
  };
}

function requestsToSqs(calls: readonly AwsCall[]): number {
  const sends = calls.filter(({ action }) => action === 'SendMessageBatch');
  return sum(sends, ({ bytes }) => Math.ceil(bytes / SQS_UNIT_BYTES));
}

function putUnits({ action, body }: AwsCall): number {
  if (action !== 'PutItem') return 0;
  return Math.ceil(rowBytes(putSchema.parse(JSON.parse(body)).Item) / KB);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
