import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { s3Archive } from '../../lambda/archive/s3-archive.ts';
import { awsService } from '../support/aws-service.ts';
import { startObjects } from '../support/object-emulator.ts';

const NEVER = new AbortController().signal;

/** In an S3 that takes nothing whose signature is not right. */
async function aBucket() {
  const server = await startObjects('archive');
  onTestFinished(() => server[Symbol.asyncDispose]());
  const read = (key: string) => server.get(`archive/${key}`);
  return { store: s3Archive('archive', awsService('s3', server.url)), read };
}

test('stores lines as gzipped NDJSON, the same lines as the same bytes', async () => {
  const { store, read } = await aBucket();
  const lines = ['{"text":"¿Sí? 😀"}', '{}'];
  await store('events/dt=2026-11-22/hour=06/1-e.ndjson.gz', lines, NEVER);
  await store('events/2.ndjson.gz', lines, NEVER);

  const bytes = (await read('events/dt=2026-11-22/hour=06/1-e.ndjson.gz')) ?? '';
  expect(gunzipSync(bytes).toString()).toBe('{"text":"¿Sí? 😀"}\n{}\n');
  expect(await read('events/2.ndjson.gz')).toEqual(bytes);
});

test('replaces an object', async () => {
  const { store, read } = await aBucket();
  await store('events/1.ndjson.gz', ['{"n":1}'], NEVER);
  await store('events/1.ndjson.gz', ['{"n":2}'], NEVER);

  expect(gunzipSync((await read('events/1.ndjson.gz')) ?? '').toString()).toBe('{"n":2}\n');
});
