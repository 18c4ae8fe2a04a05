import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { archiveChanges } from '../../lambda/archive/archiver/archive-changes.ts';
import { s3Archive } from '../../lambda/archive/s3-archive.ts';
import { receivedEvents } from '../../lambda/changes/routed-events.ts';
import { toStreamRecords } from '../../lambda/changes/table-stream.ts';
import type { LocalStack } from '../../local/stack.ts';
import { generateTraffic } from '../../local/traffic/traffic.ts';
import { archiveBucketOf, archivedKeys, archivedLines, fetchArchived } from '../support/archive.ts';
import { awsService } from '../support/aws-service.ts';
import { SENT_AT } from '../support/just-sent.ts';
import { aPipeline, distinctEvents, type Pipeline } from '../support/pipeline.ts';

const FIVE_MINUTES = 300_000;
const TRAFFIC = {
  endMs: SENT_AT,
  provider: 'meta',
  contacts: 5,
  mediaShare: 0.2,
  batch: 5,
  seed: 7,
} as const;

const AWAY = [{ code: 'SlowDown', status: 503 }, { lose: 'request' }, { lose: 'answer' }] as const;

const HOUR = 3_600_000;

const lineSchema = z.looseObject({ v: z.literal(1), id: z.string(), payload: z.string() });

async function archived({ stack }: Pipeline) {
  const keys = await archivedKeys(stack);
  const lines = await archivedLines(stack, keys);
  return { keys, lines: lines.map((line) => lineSchema.parse(JSON.parse(line))) };
}

/** The records that Lambda gave up, as its objects have them. */
async function setAside(stack: LocalStack): Promise<DynamoDBRecord[]> {
  const keys = await archivedKeys(stack, 'aws/lambda/');
  const objects = await Promise.all(
    keys.map(async (key) => JSON.parse(await (await fetchArchived(stack, key)).text())),
  );
  return objects.flatMap(({ payload }) => JSON.parse(payload).Records);
}

describe('the archive', { timeout: 60_000 }, () => {
  test('has every event and every status once, five minutes after the table', async () => {
    const pipeline = await aPipeline();
    const { stack, postAll, settle } = pipeline;
    const webhooks = generateTraffic({ ...TRAFFIC, messages: 60, statuses: 90 });
    await postAll([...webhooks, ...webhooks.slice(0, 10)]);
    await settle();
    expect(await archivedKeys(stack)).toEqual([]);
    stack.clock.advance(FIVE_MINUTES);
    const expected = distinctEvents(webhooks).map(({ id }) => id);
    await expect
      .poll(async () => (await archived(pipeline)).lines.length, { timeout: 20_000 })
      .toBe(expected.length);

    const { keys, lines } = await archived(pipeline);
    expect(lines.map(({ id }) => id).toSorted()).toEqual(expected.toSorted());
    for (const key of keys) {
      expect(key).toMatch(/^events\/dt=\d{4}-\d\d-\d\d\/hour=\d\d\/\d+-[\w-]+\.ndjson\.gz$/);
    }
  });

  test('is complete after S3 was away, and lost requests and answers', async () => {
    const pipeline = await aPipeline();
    const { stack, postAll, settle } = pipeline;
    const webhooks = generateTraffic({ ...TRAFFIC, messages: 20, statuses: 20 });
    let refused = 0;
    stack.faults.s3 = () => {
      refused += 1;
      return AWAY[refused % AWAY.length];
    };
    await postAll(webhooks);
    await settle();
    stack.clock.advance(FIVE_MINUTES);
    await expect.poll(() => refused, { timeout: 20_000 }).toBeGreaterThan(4);
    stack.faults.s3 = undefined;

    const expected = distinctEvents(webhooks).map(({ id }) => id);
    const found = async () => {
      stack.clock.advance(1000);
      return (await archived(pipeline)).lines.map(({ id }) => id).toSorted();
    };
    await expect.poll(found, { timeout: 30_000 }).toEqual(expected.toSorted());
  });

  test('has after a day without S3 what Lambda set aside, once that is handed over again', async () => {
    const pipeline = await aPipeline();
    const { stack, postAll, settle } = pipeline;
    const webhooks = generateTraffic({ ...TRAFFIC, messages: 5, statuses: 5 });
    stack.faults.s3 = () => ({ code: 'AccessDenied', status: 403 });
    await postAll(webhooks);
    await settle();
    stack.clock.advance(FIVE_MINUTES);
    stack.faults.s3 = undefined;
    stack.clock.advance(23 * HOUR);
    const expected = distinctEvents(webhooks).map(({ id }) => id);
    const records = async () => {
      stack.clock.advance(1000);
      return (await setAside(stack)).length;
    };
    await expect.poll(records, { timeout: 20_000 }).toBeGreaterThanOrEqual(expected.length);

    const service = awsService('s3', stack.aws.s3);
    const store = s3Archive(archiveBucketOf(stack), service);
    const nothing = () => undefined;
    const deps = {
      ...{ store, forgettings: async () => [], now: Date.now },
      ...{ count: nothing, warn: nothing },
    };
    const changes = toStreamRecords(await setAside(stack), receivedEvents);
    await archiveChanges(changes, AbortSignal.timeout(10_000), deps);
    const ids = (await archived(pipeline)).lines.map(({ id }) => id);
    expect(ids.toSorted()).toEqual(expected.toSorted());
  });

  test('is written before the stack stops', async () => {
    const pipeline = await aPipeline();
    await pipeline.postAll(generateTraffic({ ...TRAFFIC, messages: 3, statuses: 0 }));

    expect(await pipeline.stack.stop(20_000)).toBe(0);
  });
});
