import { gunzipSync } from 'node:zlib';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { expect, onTestFinished, test } from 'vitest';
import { s3Archive } from '../../lambda/adapters/s3-archive.ts';
import { awsService } from '../support/aws-service.ts';

const NEVER = new AbortController().signal;

async function aBucket() {
  const server = await startFauxqs({ port: 0, logger: false, defaultRegion: 'eu-central-1' });
  onTestFinished(() => server.stop());
  const service = awsService('s3', server.address.replace('localhost', '127.0.0.1'));
  const client = new S3Client({
    region: 'eu-central-1',
    endpoint: service.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
  });
  await client.send(new CreateBucketCommand({ Bucket: 'archive' }));
  client.destroy();
  const read = async (key: string) =>
    Buffer.from(await (await fetch(`${service.url}/archive/${key}`)).arrayBuffer());
  return { store: s3Archive('archive', service), read };
}

test('stores lines as gzipped NDJSON, the same lines as the same bytes', async () => {
  const { store, read } = await aBucket();
  const lines = ['{"text":"¿Sí? 😀"}', '{}'];
  await store('events/dt=2026-11-22/hour=06/1-e.ndjson.gz', lines, NEVER);
  await store('events/2.ndjson.gz', lines, NEVER);

  const bytes = await read('events/dt=2026-11-22/hour=06/1-e.ndjson.gz');
  expect(gunzipSync(bytes).toString()).toBe('{"text":"¿Sí? 😀"}\n{}\n');
  expect(await read('events/2.ndjson.gz')).toEqual(bytes);
});

test('replaces an object', async () => {
  const { store, read } = await aBucket();
  await store('events/1.ndjson.gz', ['{"n":1}'], NEVER);
  await store('events/1.ndjson.gz', ['{"n":2}'], NEVER);

  expect(gunzipSync(await read('events/1.ndjson.gz')).toString()).toBe('{"n":2}\n');
});
