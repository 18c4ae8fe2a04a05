import { createHash, createHmac, randomBytes } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { s3MediaStore } from '../../lambda/media/s3-files.ts';
import { s3MediaPresigner } from '../../lambda/media/s3-links.ts';
import { awsService } from '../support/aws-service.ts';

const NEVER = new AbortController().signal;
const PART = 5 * 1024 * 1024;

async function* chunksOf(bytes: Buffer, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('a store of files in S3', () => {
  let server: Awaited<ReturnType<typeof startFauxqs>>;
  let client: S3Client;
  const service = () => awsService('s3', server.address.replace('localhost', '127.0.0.1'));
  const store = () => s3MediaStore('media', service());
  const keys = async () => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'media' }));
    return Contents.map(({ Key }) => Key);
  };

  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false, defaultRegion: 'eu-central-1' });
    client = new S3Client({
      region: 'eu-central-1',
      endpoint: service().url,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      forcePathStyle: true,
    });
    await client.send(new CreateBucketCommand({ Bucket: 'media' }));
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  test.each([0, 1, PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 7])(
    'keeps %i bytes as they came, with their type',
    async (length) => {
      const bytes = randomBytes(length);
      const file = { key: `media/default/message.${length}`, mimeType: 'audio/ogg; codecs=opus' };
      await store().put(file, chunksOf(bytes), NEVER);
      const found = await client.send(new GetObjectCommand({ Bucket: 'media', Key: file.key }));
      const stored = Buffer.from((await found.Body?.transformToByteArray()) ?? []);
      expect(stored.equals(bytes)).toBe(true);
      expect(found.ContentType).toBe(file.mimeType);
    },
  );

  test.each([10, PART + 10])('keeps nothing of what breaks off after %i bytes', async (length) => {
    const fault = new Error('cut');
    async function* broken() {
      yield* chunksOf(randomBytes(length));
      throw fault;
    }
    const file = { key: 'media/default/broken', mimeType: 'image/jpeg' };
    await expect(store().put(file, broken(), NEVER)).rejects.toBe(fault);
    expect(await keys()).not.toContain(file.key);
    const uploads = new ListMultipartUploadsCommand({ Bucket: 'media' });
    const { Uploads = [] } = await client.send(uploads).catch(() => ({ Uploads: [] }));
    expect(Uploads).toEqual([]);
  });

  test('removes a file, and again', async () => {
    const file = { key: 'media/default/removed', mimeType: 'image/jpeg' };
    await store().put(file, chunksOf(randomBytes(5)), NEVER);
    await store().remove(file.key, NEVER);
    await store().remove(file.key, NEVER);
    const head = new HeadObjectCommand({ Bucket: 'media', Key: file.key });
    await expect(client.send(head)).rejects.toThrow();
  });

  test('hands out a URL with which anybody reads it, as a download', async () => {
    const bytes = randomBytes(100);
    const file = { key: 'media/default/message.url', mimeType: 'image/jpeg' };
    await store().put(file, chunksOf(bytes), NEVER);
    const url = await s3MediaPresigner('media', service(), () => Date.now())(file, 60);
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });
});

describe('a presigned URL', () => {
  const now = Date.UTC(2026, 10, 22, 6, 0, 0);
  const service = {
    ...awsService('s3', 'https://s3.eu-central-1.amazonaws.com'),
    credentials: { accessKeyId: 'ASIA', secretAccessKey: 'key', sessionToken: 'to/ken+' },
  };

  test('is signed as AWS documents, for as long as is asked', async () => {
    const file = { key: 'media/default/message.a_-b', mimeType: 'audio/ogg; codecs=opus' };
    const url = new URL(await s3MediaPresigner('bucket', service, () => now)(file, 900));
    expect(url.origin + url.pathname).toBe(
      'https://s3.eu-central-1.amazonaws.com/bucket/media/default/message.a_-b',
    );
    const query = Object.fromEntries(url.searchParams);
    expect(query).toMatchObject({
      'X-Amz-Expires': '900',
      'X-Amz-Date': '20261122T060000Z',
      'X-Amz-Credential': 'ASIA/20261122/eu-central-1/s3/aws4_request',
      'X-Amz-Security-Token': 'to/ken+',
      'response-content-disposition': 'attachment',
      'response-content-type': 'audio/ogg; codecs=opus',
    });
    expect(query['X-Amz-Signature']).toBe(signatureOf(url));
  });
});

/** By hand, step by step, as AWS describes it. */
function signatureOf(url: URL): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const canonical = [
    'GET',
    url.pathname,
    query.join('&'),
    `host:${url.host}`,
    '',
    'host',
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const scope = '20261122/eu-central-1/s3/aws4_request';
  const hash = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', '20261122T060000Z', scope, hash].join('\n');
  const key = ['20261122', 'eu-central-1', 's3', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    'AWS4key',
  );
  return createHmac('sha256', key).update(toSign).digest('hex');
}
