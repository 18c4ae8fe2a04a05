import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { MESSAGE_SORT_KEY } from '../lambda/adapters/table-rows.ts';
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

const values = z.record(
  z.string(),
  z.union([z.object({ S: z.string() }), z.object({ N: z.string() })]),
);
const putSchema = z.looseObject({ TableName: z.string(), Item: values });
const updateSchema = z.looseObject({ TableName: z.string(), Key: values });

interface Write {
  readonly key: Record<string, AttributeValue>;
  readonly make: (emulator: EventTableEmulator) => Promise<unknown>;
  readonly kind: 'messageUnits' | 'statusUnits' | 'linkUnits';
}

/** Makes the calls once more, at an emulator of the table, and counts what AWS would bill. */
export async function countWrites(calls: readonly AwsCall[], events: number): Promise<PerEvent> {
  await using emulator = await startEventTable();
  const units = { messageUnits: 0, statusUnits: 0, linkUnits: 0, indexUnits: 0 };
  for (const call of calls) {
    const { key, kind, make } = writeOf(call);
    const before = await rowAt(emulator, key);
    await make(emulator);
    const after = await rowAt(emulator, key);
    const all = writeUnits(before, after ?? {});
    const ofRow = Math.ceil(Math.max(rowBytes(after ?? {}), rowBytes(before ?? {})) / KB);
    units[kind] += kind === 'linkUnits' ? all : ofRow;
    if (kind !== 'linkUnits') units.indexUnits += all - ofRow;
  }
  return {
    messageUnits: units.messageUnits / events,
    statusUnits: units.statusUnits / events,
    linkUnits: units.linkUnits / events,
    indexUnits: units.indexUnits / events,
    storedBytes: storedBytes(await emulator.rows()) / events,
  };
}

function writeOf({ action, body }: AwsCall): Write {
  const json: unknown = JSON.parse(body);
  if (action === 'PutItem') {
    const input = putSchema.parse(json);
    const { pk, sk } = input.Item;
    return {
      ...{ key: keyOf(pk, sk), kind: 'messageUnits' },
      make: ({ client, tableName }) =>
        client.send(new PutItemCommand({ ...input, TableName: tableName })),
    };
  }
  const input = updateSchema.parse(json);
  const key = keyOf(input.Key['pk'], input.Key['sk']);
  return {
    ...{ key, kind: key['sk']?.S === MESSAGE_SORT_KEY ? 'statusUnits' : 'linkUnits' },
    make: ({ client, tableName }) =>
      client.send(new UpdateItemCommand({ ...input, Key: key, TableName: tableName })),
  };
}

function keyOf(pk: AttributeValue | undefined, sk: AttributeValue | undefined) {
  if (pk === undefined || sk === undefined) throw new Error('a write without a key');
  return { pk, sk };
}

async function rowAt(
  { client, tableName }: EventTableEmulator,
  Key: Record<string, AttributeValue>,
): Promise<Row | undefined> {
  const read = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
  return (await client.send(read)).Item;
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
