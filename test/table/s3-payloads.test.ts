import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { s3PayloadReader, s3PayloadStore } from '../../lambda/table/s3-payloads.ts';
import { awsService } from '../support/aws-service.ts';

const REGION = 'eu-central-1';
const NEVER = new AbortController().signal;

describe('payloads in S3', () => {
  let server: Awaited<ReturnType<typeof startFauxqs>>;
  const location = () => awsService('s3', server.address.replace('localhost', '127.0.0.1'));

  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false, defaultRegion: REGION });
    const client = new S3Client({
      region: REGION,
      endpoint: location().url,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      forcePathStyle: true,
    });
    await client.send(new CreateBucketCommand({ Bucket: 'overflow' }));
    client.destroy();
  });
  afterAll(() => server.stop());

  test('are read as they were stored, however often', async () => {
    const store = s3PayloadStore('overflow', location());
    const read = s3PayloadReader('overflow', location());
    const payload = '{"text":"¿Sí? 😀"}';
    await store('payloads/1.json', payload, NEVER);
    await store('payloads/1.json', payload, NEVER);
    expect(await read('payloads/1.json')).toBe(payload);
  });

  test('are nothing under a key that is not there', async () => {
    expect(await s3PayloadReader('overflow', location())('payloads/2.json')).toBeUndefined();
  });
});

describe('a service that answers', () => {
  /** Answers each request with the next status and body; the last one stays. */
  async function aService(...answers: readonly (readonly [number, string])[]) {
    const calls: { authorization: string | undefined; method: string | undefined }[] = [];
    const server = createServer((request, response) => {
      const [status, body] = answers[Math.min(calls.length, answers.length - 1)] ?? [200, ''];
      calls.push({ authorization: request.headers.authorization, method: request.method });
      request.resume().on('end', () => response.writeHead(status).end(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onClose.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    return { calls, location: awsService('s3', `http://127.0.0.1:${port}`) };
  }
  const onClose: (() => void)[] = [];
  afterEach(() => {
    for (const close of onClose.splice(0)) close();
  });

  test('is asked with a signature of the Region and the service', async () => {
    const { calls, location } = await aService([200, '']);
    await s3PayloadStore('overflow', location)('payloads/1.json', '{}', NEVER);
    expect(calls[0]?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/eu-central-1\/s3\/aws4_request/,
    );
  });

  test.each([
    [500, ''],
    [429, ''],
    [400, '<Error><Code>ThrottlingException</Code></Error>'],
  ])('%d is asked again', async (status, body) => {
    const { calls, location } = await aService([status, body], [200, 'read']);
    expect(await s3PayloadReader('overflow', location)('payloads/1.json')).toBe('read');
    expect(calls).toHaveLength(2);
  });

  test('an error three times is given up, by its name and nothing else', async () => {
    const { calls, location } = await aService([
      503,
      '<Error><Code>SlowDown</Code><Key>secret</Key></Error>',
    ]);
    await expect(s3PayloadReader('overflow', location)('payloads/1.json')).rejects.toThrow(
      /^s3: SlowDown$/,
    );
    expect(calls).toHaveLength(3);
  });

  test('a refusal is final', async () => {
    const { calls, location } = await aService([400, '']);
    await expect(s3PayloadStore('overflow', location)('a', '{}', NEVER)).rejects.toThrow(
      's3: HTTP 400',
    );
    expect(calls).toHaveLength(1);
  });

  test('that forbids to read is no payload that is not kept', async () => {
    const { location } = await aService([403, '<Error><Code>AccessDenied</Code></Error>']);
    const read = s3PayloadReader('overflow', location)('payloads/2.json');
    await expect(read).rejects.toThrow('s3: AccessDenied');
  });

  test('nothing at all is an error, and the time of the caller is kept', async () => {
    const location = awsService('s3', 'http://127.0.0.1:1');
    const signal = AbortSignal.timeout(50);
    await expect(s3PayloadStore('overflow', location)('a', '{}', signal)).rejects.toThrow();
  });
});
