import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { archiveLine, hourPrefix } from '../../../lambda/archive/line.ts';
import { dropKey } from '../../../lambda/delivery/history-table.ts';
import type { Subscriber } from '../../../lambda/delivery/subscriber.ts';
import { subscriberWriter } from '../../../lambda/delivery/subscriber-table.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { type StubAnswer, startAwsStub } from '../../support/aws-stub.ts';
import { routed } from '../../support/deliveries.ts';
import { contextWith, runsInLambda, startedIn } from '../../support/lambda-runtime.ts';
import { aSubscriber } from '../../support/subscribers.ts';
import { aMessage, metaEvent } from '../../support/webhooks.ts';

const { signal } = new AbortController();
const BUCKET = 'archive';
const table = await anEventTable();
const objects = await anObjectStore(BUCKET);
const output = runsInLambda();

beforeEach(async () => {
  for (const key of await objects.keys(BUCKET)) await objects.remove(`${BUCKET}/${key}`);
});

const NOTHING_QUEUED: StubAnswer = { body: { Attributes: { ApproximateNumberOfMessages: '0' } } };
const DAY_MS = 86_400_000;

/** A message of ninety minutes ago that is archived, and who wants it since yesterday. */
async function archived(overrides: Partial<Subscriber> = {}) {
  const receivedAt = Date.now() - 90 * 60_000;
  const event = { ...routed(metaEvent({ messages: [aMessage()] })), receivedAt };
  const lines = gzipSync(`${archiveLine(event)}\n`);
  await objects.put(`${BUCKET}/${hourPrefix(receivedAt)}a.gz`, lines);
  const subscriber = aSubscriber({ updatedAt: Date.now() - DAY_MS, ...overrides });
  await subscriberWriter(table.dynamodb, table.tableName).add(subscriber, 'mapping', signal);
  return { event, subscriber };
}

/** Has the auditor look, as it starts in Lambda. Returns what it logged of a subscriber. */
async function audited(answer: StubAnswer = NOTHING_QUEUED) {
  const aws = await startAwsStub(() => answer);
  const variables = {
    TABLE_NAME: table.tableName,
    ARCHIVE_BUCKET: BUCKET,
    SUBSCRIBER_QUEUES_ARN: 'arn:aws:sqs:eu-central-1:1:floodgate-',
    DELIVERIES_DEAD_LETTER_QUEUE_URL: `${aws.url}/1/dead-letter.fifo`,
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_S3: objects.url,
  };
  const { handler } = await startedIn(
    variables,
    () => import('../../../lambda/archive/auditor/handler.ts'),
  );
  await handler({}, contextWith(60_000));
  return {
    warnings: output.filter((line) => line.includes('accounted for nowhere')),
    asked: aws.calls.map(({ input }) => input),
  };
}

describe('the auditor', () => {
  test('tells of an event that was neither tried nor waits, by its id alone', async () => {
    const { event, subscriber } = await archived();

    const { warnings, asked } = await audited();

    expect(warnings).toEqual([expect.stringContaining(event.id)]);
    expect(warnings[0]).toContain(subscriber.id);
    expect(output.join('\n')).not.toContain('5215550001111');
    expect(asked).toMatchObject([
      { QueueUrl: expect.stringMatching(new RegExp(`/floodgate-${subscriber.id}\\.fifo$`)) },
    ]);
  });

  test('tells of none that waits in the queue, hidden or not', async () => {
    await archived();

    const hidden = { ApproximateNumberOfMessagesNotVisible: '1' };

    expect((await audited({ body: { Attributes: hidden } })).warnings).toEqual([]);
  });

  test('tells of none whose queue somebody removed: its deliveries are dead letters', async () => {
    await archived();
    const gone = 'com.amazonaws.sqs#QueueDoesNotExist';

    expect((await audited({ status: 400, body: { __type: gone } })).warnings).toEqual([]);
  });

  test('fails where a queue cannot be asked, so that somebody hears of it', async () => {
    await archived();

    await expect(audited({ status: 403, body: { __type: 'AccessDenied' } })).rejects.toThrow(
      'AccessDenied',
    );
  });

  test('tells of none that somebody dropped', async () => {
    const { event, subscriber } = await archived();
    const { pk, sk } = dropKey(subscriber.id, event.id);
    const until = { droppedUntil: { N: String(Date.now()) } };
    const Item = { pk: { S: pk }, sk: { S: sk }, ...until };
    await table.dynamodb('PutItem', { TableName: table.tableName, Item }, signal);

    expect((await audited()).warnings).toEqual([]);
  });
});
