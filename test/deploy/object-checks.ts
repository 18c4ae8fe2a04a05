import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { s3Archive } from '../../lambda/archive/s3-archive.ts';
import { s3MediaStore } from '../../lambda/media/s3-files.ts';
import { s3MediaPresigner } from '../../lambda/media/s3-links.ts';
import type { AwsService } from '../../lambda/shared/aws/service.ts';
import {
  s3PayloadDeleter,
  s3PayloadReader,
  s3PayloadStore,
} from '../../lambda/table/s3-payloads.ts';
import { OBJECT_KEYS } from '../support/object-keys.ts';

const BUCKET = 'floodgate';
const MIME_TYPE = 'image/jpeg';
/** One part, and one and a bit. */
const SIZES = [1000, 5 * 1024 * 1024 + 1];

/** Whether all that the functions do with objects is done, under a key of every shape. */
export async function checkObjects(service: AwsService) {
  const { region, url, credentials } = service;
  const client = new S3Client({ region, endpoint: url, credentials, forcePathStyle: true });
  try {
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const [shape, key] of Object.entries(OBJECT_KEYS)) {
      const checks = [checkPayload, checkArchive, checkFiles, checkWrongSignature];
      for (const check of checks) {
        await check(service, client, key).catch((cause: unknown) => {
          throw new Error(`${check.name} of a key ${shape}`, { cause });
        });
      }
    }
  } finally {
    client.destroy();
  }
  const count = Object.keys(OBJECT_KEYS).length;
  return { result: undefined, said: `${count} keys, of payloads, archive and files` };
}

const inTime = () => AbortSignal.timeout(30_000);

async function keysIn(client: S3Client): Promise<readonly (string | undefined)[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return Contents.map(({ Key }) => Key);
}

async function checkPayload(service: AwsService, client: S3Client, key: string): Promise<void> {
  const read = s3PayloadReader(BUCKET, service);
  await s3PayloadStore(BUCKET, service)(key, '{"text":"¿Sí? 😀"}', inTime());
  assert.deepEqual(await keysIn(client), [key]);
  assert.equal(await read(key), '{"text":"¿Sí? 😀"}');
  await s3PayloadDeleter(BUCKET, service)(key, inTime());
  assert.equal(await read(key), undefined);
}

async function checkArchive(service: AwsService, client: S3Client, key: string): Promise<void> {
  await s3Archive(BUCKET, service)(key, ['{}'], inTime());
  const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  const bytes = (await Body?.transformToByteArray()) ?? Buffer.of();
  assert.equal(gunzipSync(bytes).toString(), '{}\n');
}

async function checkFiles(service: AwsService, client: S3Client, key: string): Promise<void> {
  const store = s3MediaStore(BUCKET, service);
  const presign = s3MediaPresigner(BUCKET, service, Date.now);
  const file = { key, mimeType: MIME_TYPE };
  for (const size of SIZES) {
    const bytes = randomBytes(size);
    await store.put(file, inTwo(bytes), inTime());
    const answer = await fetch(await presign(file, 60));
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, MIME_TYPE]);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes));
  }
  await store.remove(key, inTime());
  assert.deepEqual(await keysIn(client), []);
}

async function* inTwo(bytes: Buffer) {
  yield bytes.subarray(0, bytes.length / 2);
  yield bytes.subarray(bytes.length / 2);
}

/** That the server verifies is what all this rests on. */
async function checkWrongSignature(service: AwsService, _: S3Client, key: string): Promise<void> {
  const credentials = { accessKeyId: 'floodgate', secretAccessKey: 'another' };
  const presign = s3MediaPresigner(BUCKET, { ...service, credentials }, Date.now);
  const answer = await fetch(await presign({ key, mimeType: MIME_TYPE }, 60));
  assert.deepEqual(
    [answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]],
    [403, 'SignatureDoesNotMatch'],
  );
}
