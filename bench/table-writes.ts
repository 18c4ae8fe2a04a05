import { isDeepStrictEqual } from 'node:util';
import { type AttributeValue, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { MESSAGE_SORT_KEY } from '../lambda/table/keys.ts';
import { toItem } from '../lambda/table/stored-rows.ts';
import { changeRecord } from '../test/support/change-records.ts';
import {
  type EventTableEmulator,
  type Row,
  startEventTable,
} from '../test/support/event-table-emulator.ts';
import { rowBytes, writeUnits } from '../test/support/write-units.ts';
import { ASSUMED } from './assumed.ts';
import type { AwsCall } from './aws-stub.ts';
import type { PerEvent } from './cost-model.ts';

const KB = 1024;

const key = z.looseObject({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });
const lookSchema = z.looseObject({
  RequestItems: z.record(
    z.string(),
    z.looseObject({ Keys: z.array(key), ConsistentRead: z.optional(z.boolean()) }),
  ),
});
const inputSchema = z.looseObject({ Item: z.optional(key), Key: z.optional(key) });

/** One write, with the row before and after it. */
export interface Write {
  readonly action: string;
  readonly before: Row | undefined;
  readonly after: Row;
}

export interface Written {
  /** In the order of the calls. */
  readonly writes: readonly Write[];
  /** Read units of rows that were looked for, many at a time: half of one where it may be as it was a moment ago. */
  readonly looks: number;
  /** Of queries, and of rows that were read one by one. */
  readonly readUnits: number;
  /** All rows but claims, afterwards. */
  readonly rows: readonly Row[];
}

const consumedSchema = z.object({ ConsumedCapacity: z.object({ CapacityUnits: z.number() }) });
const READS: readonly string[] = ['GetItem', 'Query'];

const TABLE_ACTIONS = ['PutItem', 'UpdateItem', 'DeleteItem', 'GetItem', 'Query', 'BatchGetItem'];

export function tableCalls(calls: readonly AwsCall[]): readonly AwsCall[] {
  return calls.filter(({ action }) => TABLE_ACTIONS.includes(action));
}

/**
 * Makes the functions' calls once more, at an emulator of the table.
 *
 * @param stored rows that were there before
 */
export async function makeWrites(
  calls: readonly AwsCall[],
  stored: readonly object[] = [],
): Promise<Written> {
  await using emulator = await startEventTable();
  const signal = new AbortController().signal;
  const { tableName: TableName } = emulator;
  for (const Item of stored) await emulator.dynamodb('PutItem', { TableName, Item }, signal);
  const writes: Write[] = [];
  let looks = 0;
  let readUnits = 0;
  for (const { action, body } of calls) {
    if (action === 'BatchGetItem') {
      looks += unitsOfLooks(body);
      continue;
    }
    if (READS.includes(action)) {
      readUnits += await unitsOfRead(emulator, action, body);
      continue;
    }
    writes.push(await makeWrite(emulator, action, body));
  }
  return { writes, looks, readUnits, rows: await emulator.rows() };
}

async function makeWrite(
  emulator: EventTableEmulator,
  action: string,
  body: string,
): Promise<Write> {
  const { dynamodb, tableName: TableName } = emulator;
  const input = inputSchema.parse(JSON.parse(body));
  const { pk, sk } = input.Item ?? input.Key ?? {};
  if (pk === undefined || sk === undefined) throw new Error('a write without a key');
  const before = await rowAt(emulator, { pk, sk });
  await dynamodb(action, { ...input, TableName }, new AbortController().signal);
  return { action, before, after: (await rowAt(emulator, { pk, sk })) ?? {} };
}

async function unitsOfRead(
  { dynamodb, tableName: TableName }: EventTableEmulator,
  action: string,
  body: string,
): Promise<number> {
  const read = { ...JSON.parse(body), TableName, ReturnConsumedCapacity: 'TOTAL' };
  const answer = await dynamodb(action, read, new AbortController().signal);
  return consumedSchema.parse(answer).ConsumedCapacity.CapacityUnits;
}

function unitsOfLooks(body: string): number {
  const { RequestItems } = lookSchema.parse(JSON.parse(body));
  return Object.values(RequestItems).reduce(
    (sum, { Keys, ConsistentRead }) => sum + Keys.length * (ConsistentRead ? 1 : 0.5),
    0,
  );
}

async function rowAt(
  { client, tableName }: EventTableEmulator,
  Key: Record<string, AttributeValue>,
): Promise<Row | undefined> {
  const read = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
  return (await client.send(read)).Item;
}

/** What the table's change stream would say of them. */
export function changesOf(writes: readonly Write[]): readonly DynamoDBRecord[] {
  return writes
    .filter(({ before, after }) => !isDeepStrictEqual(before, after))
    .map(({ before, after }, index) =>
      changeRecord(index + 1, before && toItem(before), toItem(after), Date.now()),
    );
}

/** What AWS would bill for them. */
export function unitsOf(writes: readonly Write[]): number {
  return writes.reduce((sum, { before, after }) => sum + writeUnits(before, after), 0);
}

/** The same, by what was written, for each event. */
export function unitsPerEvent({ writes, looks, rows }: Written, events: number): PerEvent {
  const units = { messageUnits: 0, statusUnits: 0, linkUnits: 0, indexUnits: 0 };
  for (const write of writes) {
    const { before, after } = write;
    const kind = kindOf(write);
    const all = writeUnits(before, after);
    const ofRow = Math.ceil(Math.max(rowBytes(after), rowBytes(before ?? {})) / KB);
    units[kind] += kind === 'linkUnits' ? all : ofRow;
    if (kind !== 'linkUnits') units.indexUnits += all - ofRow;
  }
  return {
    messageUnits: units.messageUnits / events,
    statusUnits: units.statusUnits / events,
    linkUnits: units.linkUnits / events,
    indexUnits: units.indexUnits / events,
    lookUnits: looks / events,
    storedBytes: storedBytes(rows) / events,
  };
}

function kindOf({ action, after }: Write): 'messageUnits' | 'statusUnits' | 'linkUnits' {
  if (action === 'PutItem') return 'messageUnits';
  return after.sk?.S === MESSAGE_SORT_KEY ? 'statusUnits' : 'linkUnits';
}

/** Bytes that are billed as storage: rows, and their entries in the indexes, each with overhead. */
function storedBytes(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => {
    const entries = [row.at, row.timelinePk].filter((key) => key !== undefined).length;
    const keys = (row.pk?.S ?? '').length + (row.sk?.S ?? '').length;
    const entry = keys + (row.timelinePk?.S ?? row.at?.S ?? '').length + ASSUMED.rowOverheadBytes;
    return sum + rowBytes(row) + ASSUMED.rowOverheadBytes + entries * entry;
  }, 0);
}
