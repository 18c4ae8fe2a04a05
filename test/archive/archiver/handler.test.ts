import { gunzipSync } from 'node:zlib';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { loadArchiverConfig } from '../../../lambda/archive/archiver/config.ts';
import { forgettingWriter } from '../../../lambda/forgetting/forgettings-table.ts';
import { eventTable } from '../../../lambda/table/event-table.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { watchTable } from '../../support/change-records.ts';
import { aMessage, aStatus, splitMeta } from '../../support/just-sent.ts';
import { contextWith, runsInLambda, startedIn } from '../../support/lambda-runtime.ts';
import { CHANNEL, metaWebhook } from '../../support/webhooks.ts';

const NEVER = new AbortController().signal;
const PHONE = '5215550001111';
const OTHER = 'MX.20000000000000000002';

const table = await anEventTable();
const objects = await anObjectStore('archive');
const output = runsInLambda();

/** The handler as it starts in Lambda, before the emulators. */
async function startHandler() {
  const variables = {
    TABLE_NAME: table.tableName,
    ARCHIVE_BUCKET: 'archive',
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_S3: objects.url,
  };
  const { handler } = await startedIn(
    variables,
    () => import('../../../lambda/archive/archiver/handler.ts'),
  );
  return (Records: DynamoDBRecord[], leftMs = 120_000) => handler({ Records }, contextWith(leftMs));
}

/** What the table's change stream tells of the events of a webhook. */
async function changesOf(webhook: string): Promise<DynamoDBRecord[]> {
  const { records, dynamodb } = watchTable(table, Date.now);
  const options = { tableName: table.tableName, retentionDays: 30, now: Date.now };
  const store = eventTable(dynamodb, options);
  for (const [index, event] of splitMeta(webhook).entries()) {
    await store({ ...event, receivedAt: Date.now() }, String(index), NEVER);
  }
  return records;
}

async function archivedLines(): Promise<string[]> {
  const keys = (await objects.keys('archive')).filter((key) => key.startsWith('events/'));
  const found = await Promise.all(keys.map((key) => objects.get(`archive/${key}`)));
  return found.flatMap((bytes) => (bytes ? gunzipSync(bytes).toString().split('\n') : []));
}

const webhook = metaWebhook({
  messages: [aMessage(), aMessage({ id: 'wamid.2', from: undefined, from_user_id: OTHER })],
  statuses: [aStatus()],
});

describe('the archiver', () => {
  test('writes what a batch of changes tells, counts it, and says nothing else', async () => {
    const archive = await startHandler();

    await archive(await changesOf(webhook));

    const lines = (await archivedLines()).filter(Boolean);
    expect(lines.map((line) => JSON.parse(line).kind).toSorted()).toEqual([
      ...['message', 'message', 'status'],
    ]);
    expect(output.join()).toContain('"EventArchived":3');
    expect(output.join()).not.toMatch(/5215550001111|wamid|Sigue/);
  });

  test('leaves out whoever is to be forgotten, also from an object that it wrote before', async () => {
    const archive = await startHandler();
    const changes = await changesOf(webhook);
    await archive(changes);
    const until = Date.now() + 1000;
    const put = forgettingWriter(table.dynamodb, table.tableName, 400, Date.now);
    await put({ channel: CHANNEL, contact: PHONE, links: [], until }, NEVER);
    await put({ channel: CHANNEL, contact: 'MX.10000000000000000001', links: [], until }, NEVER);

    await archive(changes);

    const lines = (await archivedLines()).filter(Boolean);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(OTHER);
  });

  test('rejects, so that Lambda hands the batch over again, when its time is up', async () => {
    const archive = await startHandler();
    const changes = await changesOf(webhook);

    await expect(archive(changes, 1000)).rejects.toThrow();
  });

  test('does not start without its table and bucket', () => {
    expect(() => loadArchiverConfig({})).toThrow(/TABLE_NAME[\s\S]*ARCHIVE_BUCKET/);
  });
});
