import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { s3Archive } from '../../../lambda/archive/s3-archive.ts';
import { s3MediaStore } from '../../../lambda/media/s3-files.ts';
import { s3MediaPresigner } from '../../../lambda/media/s3-links.ts';
import {
  s3PayloadDeleter,
  s3PayloadReader,
  s3PayloadStore,
} from '../../../lambda/table/s3-payloads.ts';
import { awsService } from '../../support/aws-service.ts';
import { type ObjectEmulator, startObjects } from '../../support/object-emulator.ts';
import { OBJECT_KEYS } from '../../support/object-keys.ts';

const NEVER = new AbortController().signal;
const TYPE = 'image/jpeg';

async function* inHalves(bytes: Buffer) {
  yield bytes.subarray(0, bytes.length / 2);
  yield bytes.subarray(bytes.length / 2);
}

describe.each(Object.entries(OBJECT_KEYS))('an S3 that verifies takes a key %s', (_, key) => {
  let objects: ObjectEmulator;
  const service = () => awsService('s3', objects.url);

  beforeAll(async () => {
    objects = await startObjects('bucket');
  });
  afterAll(() => objects[Symbol.asyncDispose]());

  test('of a payload, to store, read and delete', async () => {
    await s3PayloadStore('bucket', service())(key, '{}', NEVER);
    expect(await objects.keys('bucket')).toHaveLength(1);
    const read = s3PayloadReader('bucket', service());
    expect(await read(key)).toBe('{}');
    await s3PayloadDeleter('bucket', service())(key, NEVER);
    expect(await read(key)).toBeUndefined();
  });

  test.each([1000, 6 * 1024 * 1024])('of a file of %d bytes, with its link', async (size) => {
    const bytes = randomBytes(size);
    const store = s3MediaStore('bucket', service());
    await store.put({ key, mimeType: TYPE }, inHalves(bytes), NEVER);
    const presign = s3MediaPresigner('bucket', service(), Date.now);
    const url = await presign({ key, mimeType: TYPE }, 60);
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect((await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'))).status).toBe(403);
    await store.remove(key, NEVER);
    expect((await fetch(url)).status).toBe(404);
  });

  test('of the archive', async () => {
    await s3Archive('bucket', service())(key, ['{}'], NEVER);
    expect(await objects.keys('bucket')).toHaveLength(1);
  });
});

test('a link ends when it says so', async () => {
  await using objects = await startObjects('bucket');
  await objects.put('bucket/a', 'text');
  const old = () => Date.now() - 61_000;
  const presign = s3MediaPresigner('bucket', awsService('s3', objects.url), old);
  const answer = await fetch(await presign({ key: 'a', mimeType: TYPE }, 60));
  expect([answer.status, await answer.text()]).toEqual([
    403,
    expect.stringContaining('Request has expired'),
  ]);
});
