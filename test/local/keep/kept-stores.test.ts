import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { serveDynamoDb } from '../../../local/aws/dynamodb.ts';
import { serveS3 } from '../../../local/aws/s3.ts';
import type { Change } from '../../../local/aws/table-changes.ts';
import type { Keep } from '../../../local/keep/keep.ts';
import { starts } from './a-keep.ts';

const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
const nothing = () => undefined;

test('a table has its items after a restart, and tells of none of them as of a change', async () => {
  const start = starts();
  const TableName = 'events';
  const open = async (keep: Keep) => {
    const changes: Change[] = [];
    const server = await serveDynamoDb({
      tables: [
        {
          ref: TableName,
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        },
      ],
      onChange: (_, change) => changes.push(change),
      ...{ faults: nothing, guard: nothing, now: Date.now, keep },
    });
    const client = new DynamoDBClient({ endpoint: server.url, region: 'us-east-1', credentials });
    onTestFinished(async () => {
      client.destroy();
      await server.close();
    });
    return { client, changes };
  };
  const before = await open(start());
  const itemOf = (number: number) => ({
    ...{ pk: { S: `row ${number}` }, bytes: { B: new Uint8Array([number, 0, 255]) } },
    ...{ list: { L: [{ N: '1.50' }, { NULL: true as const }] }, tags: { SS: ['ü', '"'] } },
  });
  for (let number = 0; number < 60; number += 1) {
    await before.client.send(new PutItemCommand({ TableName, Item: itemOf(number) }));
  }
  await before.client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: 'row 7' } } }));
  await before.client.send(
    new PutItemCommand({ TableName, Item: { ...itemOf(8), list: { L: [] } } }),
  );
  const itemsIn = async ({ client }: typeof before) => {
    const pages = await Array.fromAsync(paginateScan({ client }, { TableName }));
    return new Map(pages.flatMap(({ Items = [] }) => Items).map((item) => [item['pk']?.S, item]));
  };
  const kept = await itemsIn(before);
  expect(kept.size).toBe(59);

  const after = await open(start());
  expect(await itemsIn(after)).toEqual(kept);
  expect(after.changes).toEqual([]);
});

test('a bucket has its objects after a restart, with what is said of them, and none that was deleted', async () => {
  const start = starts();
  const Bucket = 'archive';
  const open = async (keep: Keep) => {
    const server = await serveS3([Bucket], nothing, nothing, Date.now, 0, keep);
    const endpoint = { endpoint: server.url, forcePathStyle: true };
    const client = new S3Client({ ...endpoint, region: 'us-east-1', credentials });
    onTestFinished(async () => {
      client.destroy();
      await server.close();
    });
    return client;
  };
  const before = await open(start());
  const keys = ['events/dt=2026-11-22/hour=01/1-a&b.gz', 'gone 1', 'gone "2"', 'left'];
  for (const Key of keys) {
    const Metadata = { of: Key.replaceAll('"', '') };
    const said = { ContentType: 'application/gzip', ContentEncoding: 'gzip', Metadata };
    await before.send(new PutObjectCommand({ Bucket, Key, Body: `content of ${Key}`, ...said }));
  }
  await before.send(new PutObjectCommand({ Bucket, Key: 'left', Body: new Uint8Array([0, 255]) }));
  await before.send(new DeleteObjectCommand({ Bucket, Key: 'gone 1' }));
  const Objects = [{ Key: 'gone "2"' }];
  await before.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

  const after = await open(start());
  const { Contents = [] } = await after.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents.map(({ Key }) => Key)).toEqual([keys[0], 'left']);
  const first = await after.send(new GetObjectCommand({ Bucket, Key: keys[0] }));
  expect(first).toMatchObject({
    ...{ ContentType: 'application/gzip', ContentEncoding: 'gzip', Metadata: { of: keys[0] } },
  });
  expect(await first.Body?.transformToString()).toBe(`content of ${keys[0]}`);
  const left = await after.send(new GetObjectCommand({ Bucket, Key: 'left' }));
  expect(await left.Body?.transformToByteArray()).toEqual(new Uint8Array([0, 255]));
});
