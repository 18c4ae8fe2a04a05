import { isDeepStrictEqual } from 'node:util';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { CallAws } from '../../lambda/shared/aws/json-protocol.ts';
import { isRecord, memberOf } from '../../lambda/shared/json/json-source.ts';
import { ATTRIBUTES as A } from '../../lambda/table/keys.ts';
import { type Item, toItem } from '../../lambda/table/stored-rows.ts';
import type { EventTableEmulator } from './event-table-emulator.ts';

export interface WatchedTable {
  /** Writes to the table, one write after another. */
  readonly dynamodb: CallAws;
  /** What DynamoDB Streams says of them. */
  readonly records: DynamoDBRecord[];
}

/** A table whose writes are recorded as its change stream would tell them. */
export function watchTable(
  { client, dynamodb, tableName }: EventTableEmulator,
  now: () => number,
): WatchedTable {
  const records: DynamoDBRecord[] = [];
  let turn: Promise<unknown> = Promise.resolve();

  async function rowAt({ pk = {}, sk = {} }: Item): Promise<Item | undefined> {
    const Key = { pk: { S: pk.S ?? '' }, sk: { S: sk.S ?? '' } };
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key }));
    return Item && toItem(Item);
  }

  async function write(operation: string, input: object, signal: AbortSignal) {
    const key = keyIn(input);
    if (key === undefined) return dynamodb(operation, input, signal);
    const before = await rowAt(key);
    const answer = await dynamodb(operation, input, signal);
    const after = await rowAt(key);
    const sequence = records.length + 1;
    if (!isDeepStrictEqual(before, after))
      records.push(changeRecord(sequence, before, after, now()));
    return answer;
  }

  return {
    records,
    dynamodb: (operation, input, signal) => {
      const written = turn.then(() => write(operation, input, signal));
      turn = written.catch(() => {});
      return written;
    },
  };
}

/** Undefined of what only reads. */
function keyIn(input: object): Item | undefined {
  const key = memberOf(input, 'Key') ?? memberOf(input, 'Item');
  if (!isRecord(key)) return undefined;
  return toItem({ pk: key[A.partitionKey], sk: key[A.sortKey] });
}

/** One change as Lambda hands it over. */
export function changeRecord(
  sequence: number,
  before: Item | undefined,
  after: Item | undefined,
  changedAt: number,
): DynamoDBRecord {
  const { pk = {}, sk = {} } = after ?? before ?? {};
  return {
    eventID: String(sequence),
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    eventSourceARN:
      'arn:aws:dynamodb:eu-central-1:123456789012:table/events/stream/2026-01-01T00:00:00.000',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(changedAt / 1000),
      Keys: { pk: toValue(pk), sk: toValue(sk) },
      ...(before !== undefined && { OldImage: toImage(before) }),
      ...(after !== undefined && { NewImage: toImage(after) }),
      SequenceNumber: String(sequence).padStart(21, '0'),
      SizeBytes: JSON.stringify(after ?? before).length,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
}

function toImage(item: Item) {
  return Object.fromEntries(
    Object.entries(item).map(([name, attribute]) => [name, toValue(attribute)]),
  );
}

function toValue({ S, N }: Item[string]) {
  return S === undefined ? { N: N ?? '' } : { S };
}
