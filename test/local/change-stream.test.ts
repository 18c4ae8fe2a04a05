import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ChangeStream, type StreamViewType } from '../../local/aws/change-stream.ts';
import { serveDynamoDb } from '../../local/aws/dynamodb.ts';
import { LocalClock } from '../../local/clock.ts';

const TableName = 'events';
const table = {
  ref: TableName,
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
};

async function aTable(viewType: StreamViewType = 'NEW_AND_OLD_IMAGES') {
  const clock = new LocalClock();
  const stream = new ChangeStream(TableName, viewType, clock);
  const records: DynamoDBRecord[] = [];
  const shards = new Map<string, Set<string>>();
  stream.addReader(({ record, shardId }) => {
    records.push(record);
    const shard = shards.get(record.dynamodb?.Keys?.['pk']?.S ?? '') ?? new Set();
    shards.set(record.dynamodb?.Keys?.['pk']?.S ?? '', shard.add(shardId));
  });
  const server = await serveDynamoDb({
    tables: [table],
    onChange: (_, change) => stream.append(change),
    faults: () => undefined,
    guard: () => undefined,
    now: () => clock.now(),
  });
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new DynamoDBClient({ endpoint: server.url, region: 'us-east-1', credentials });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  const seen = () =>
    records.map(({ eventName, dynamodb }) => [
      eventName,
      dynamodb?.OldImage?.['n']?.N,
      dynamodb?.NewImage?.['n']?.N,
    ]);
  return { clock, stream, client, records, shards, seen };
}

const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });
const item = (n: number, pk = 'p', sk = 'a') => ({ ...key(pk, sk), n: { N: String(n) } });
const put = (n: number, pk = 'p', sk = 'a') =>
  new PutItemCommand({ TableName, Item: item(n, pk, sk) });
const set = (n: number, pk = 'p') =>
  new UpdateItemCommand({
    ...{ TableName, Key: key(pk), UpdateExpression: 'SET n = :n' },
    ExpressionAttributeValues: { ':n': { N: String(n) } },
  });

describe('the change stream of a table', () => {
  test('has a record for each write that changed an item, as Lambda gives it', async () => {
    const { clock, client, records, seen } = await aTable();
    clock.advance(3_600_000);
    const before = Math.floor(clock.now() / 1000);
    await client.send(put(1));
    await client.send(set(2));
    await client.send(put(3));
    await client.send(new DeleteItemCommand({ TableName, Key: key('p') }));
    await client.send(set(4));

    expect(seen()).toEqual([
      ['INSERT', undefined, '1'],
      ['MODIFY', '1', '2'],
      ['MODIFY', '2', '3'],
      ['REMOVE', '3', undefined],
      ['INSERT', undefined, '4'],
    ]);
    expect(records[1]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: key('p'),
        OldImage: item(1),
        NewImage: item(2),
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        // pk, sk and n: names and values, thrice the key, twice the number.
        SizeBytes: 24,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: expect.stringMatching(/^arn:aws:dynamodb:.*:table\/events\/stream\/2026-/),
    });
    const time = records[1]?.dynamodb?.ApproximateCreationDateTime;
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThan(before + 60);
  });

  test('has none for a write that changed nothing, or that was refused', async () => {
    const { client, seen } = await aTable();
    await client.send(put(1));
    await client.send(put(1));
    await client.send(set(1));
    await client.send(new DeleteItemCommand({ TableName, Key: key('absent') }));
    const refused = new PutItemCommand({
      ...{ TableName, Item: item(2), ConditionExpression: 'attribute_not_exists(pk)' },
    });
    await expect(client.send(refused)).rejects.toThrow('conditional');

    expect(seen()).toEqual([['INSERT', undefined, '1']]);
  });

  test('has one for each write of a batch', async () => {
    const { client, seen } = await aTable();
    await client.send(put(1));
    const writes = [
      { DeleteRequest: { Key: key('p') } },
      { PutRequest: { Item: item(2, 'q') } },
      { PutRequest: { Item: item(3, 'r') } },
    ];
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: writes } }));

    expect(seen().slice(1).toSorted()).toEqual([
      ['INSERT', undefined, '2'],
      ['INSERT', undefined, '3'],
      ['REMOVE', '1', undefined],
    ]);
  });

  test('has the writes of an item in order, and those of a partition in one shard', async () => {
    const { client, records, shards } = await aTable();
    const partitions = Array.from({ length: 8 }, (_, at) => `p${at}`);
    const numbers = Array.from({ length: 10 }, (_, at) => at + 1);
    await Promise.all(
      numbers.flatMap((n) =>
        partitions.map((pk) => (n % 2 ? client.send(set(n, pk)) : client.send(put(n, pk)))),
      ),
    );
    for (const pk of partitions) {
      let before: unknown;
      for (const { dynamodb } of records) {
        if (dynamodb?.Keys?.['pk']?.S !== pk) continue;
        expect(dynamodb.OldImage?.['n']).toEqual(before);
        before = dynamodb.NewImage?.['n'];
      }
    }
    const sequence = records.map(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? 0));
    expect(sequence).toEqual(sequence.toSorted((a, b) => (a < b ? -1 : 1)));
    expect([...shards.values()].every((seen) => seen.size === 1)).toBe(true);
    expect(new Set([...shards.values()].flatMap((seen) => [...seen])).size).toBe(2);
  });

  test('tells of nothing that cannot be read yet', async () => {
    const { client, stream } = await aTable();
    const reads: Promise<unknown>[] = [];
    stream.addReader(() => {
      const read = client.send(new GetItemCommand({ TableName, Key: key('p') }));
      reads.push(read.then(({ Item }) => Item?.['n']?.N));
    });
    for (const n of [1, 2, 3]) {
      await client.send(put(n));
      await sleep(20);
    }
    expect(await Promise.all(reads)).toEqual(['1', '2', '3']);
  });

  test.each([
    ['KEYS_ONLY', false, false],
    ['NEW_IMAGE', true, false],
    ['OLD_IMAGE', false, true],
  ] as const)(
    'shows of the images what its view type says: %s',
    async (viewType, hasNew, hasOld) => {
      const { client, records } = await aTable(viewType);
      for (const command of [put(1), put(2)]) await client.send(command);
      const { NewImage, OldImage, StreamViewType } = records[1]?.dynamodb ?? {};

      expect([NewImage !== undefined, OldImage !== undefined]).toEqual([hasNew, hasOld]);
      expect(StreamViewType).toBe(viewType);
    },
  );
});
