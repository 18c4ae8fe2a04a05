import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { s3PayloadReader } from '../../lambda/adapters/s3-payloads.ts';

let server: Awaited<ReturnType<typeof startFauxqs>>;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false, defaultRegion: 'eu-central-1' });
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('AWS_ENDPOINT_URL_S3', server.address.replace('localhost', '127.0.0.1'));
  const client = new S3Client({});
  await client.send(new CreateBucketCommand({ Bucket: 'overflow' }));
  const Body = '{"text":"¿Sí? 😀"}';
  await client.send(new PutObjectCommand({ Bucket: 'overflow', Key: 'payloads/1.json', Body }));
  client.destroy();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

test('reads a payload as it was put', async () => {
  expect(await s3PayloadReader('overflow')('payloads/1.json')).toBe('{"text":"¿Sí? 😀"}');
});

test('has nothing for a key that is not there', async () => {
  expect(await s3PayloadReader('overflow')('payloads/2.json')).toBeUndefined();
});

test('takes a refusal for a key that is not there, as S3 gives it to who may not list', async () => {
  vi.spyOn(S3Client.prototype, 'send').mockRejectedValue(
    Object.assign(new Error('forbidden'), { name: 'AccessDenied' }),
  );
  expect(await s3PayloadReader('overflow')('payloads/2.json')).toBeUndefined();
});

test('rejects where a retry may help', async () => {
  vi.spyOn(S3Client.prototype, 'send').mockRejectedValue(new Error('SlowDown'));
  await expect(s3PayloadReader('overflow')('payloads/1.json')).rejects.toThrow('SlowDown');
});
