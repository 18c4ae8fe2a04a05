import { expect, test } from 'vitest';
import { loadIngestConfig } from '../../../lambda/inbound/ingest/config.ts';
import { loadProcessorConfig } from '../../../lambda/inbound/processor/config.ts';

const runtime = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'ASIA',
  AWS_SECRET_ACCESS_KEY: 'key',
};
const ingest = {
  ...runtime,
  INBOX_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/inbox.fifo',
  OVERFLOW_BUCKET: 'overflow',
  META_SECRET_ARN: 'arn:meta',
  WASENDER_SECRET_ARN: 'arn:wasender',
};
const processor = {
  ...runtime,
  TABLE_NAME: 'events',
  INBOX_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/inbox.fifo',
  INBOX_DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/dead.fifo',
  RETENTION_DAYS: '30',
};

test('ingest finds the services of its region, or where the SDKs are sent', () => {
  expect(loadIngestConfig({ ...ingest, AWS_SESSION_TOKEN: 'token' }).secretsManager).toEqual({
    name: 'secretsmanager',
    region: 'eu-west-1',
    url: 'https://secretsmanager.eu-west-1.amazonaws.com',
    credentials: { accessKeyId: 'ASIA', secretAccessKey: 'key', sessionToken: 'token' },
  });
  expect(loadIngestConfig({ ...ingest, AWS_REGION: 'cn-north-1' }).sqs.url).toBe(
    'https://sqs.cn-north-1.amazonaws.com.cn',
  );
  const all = { ...ingest, AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
  expect(loadIngestConfig(all).secretsManager.url).toBe('http://127.0.0.1:4566');
});

test('a function without a session token signs without one', () => {
  expect(loadIngestConfig(ingest).sqs.credentials).toStrictEqual({
    accessKeyId: 'ASIA',
    secretAccessKey: 'key',
  });
});

test('ingest knows its queue, its bucket and its secrets', () => {
  expect(loadIngestConfig(ingest)).toMatchObject({
    inboxQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/inbox.fifo',
    overflowBucket: 'overflow',
    metaSecretArn: 'arn:meta',
    wasenderSecretArn: 'arn:wasender',
    s3: { name: 's3', url: 'https://s3.eu-west-1.amazonaws.com' },
    secretsManager: { name: 'secretsmanager' },
    sqs: { name: 'sqs', url: 'https://sqs.eu-west-1.amazonaws.com' },
  });
});

test('the processor knows its table and its queues', () => {
  expect(loadProcessorConfig(processor)).toMatchObject({
    tableName: 'events',
    inboxQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/inbox.fifo',
    inboxDeadLetterQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/dead.fifo',
    retentionDays: 30,
    dynamodb: { name: 'dynamodb', url: 'https://dynamodb.eu-west-1.amazonaws.com' },
    sqs: { name: 'sqs' },
  });
});

test.each([
  ['dynamodb', { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' }],
  ['sqs', { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' }],
] as const)('the processor finds %s where the SDKs are sent', (service, override) => {
  expect(loadProcessorConfig({ ...processor, ...override })[service].url).toBe(
    'http://127.0.0.1:1',
  );
});

test.each([
  ['s3', { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }],
  ['secretsManager', { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1' }],
  ['sqs', { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' }],
] as const)('ingest finds %s where the SDKs are sent', (service, override) => {
  expect(loadIngestConfig({ ...ingest, ...override })[service].url).toBe('http://127.0.0.1:1');
});

test('a bad environment is told at once, all faults of it', () => {
  const bad = {
    ...ingest,
    OVERFLOW_BUCKET: '',
    INBOX_QUEUE_URL: 'inbox',
    META_SECRET_ARN: undefined,
    AWS_ACCESS_KEY_ID: undefined,
  };
  expect(() => loadIngestConfig(bad)).toThrow(
    'bad environment: AWS_ACCESS_KEY_ID is not set; INBOX_QUEUE_URL is no URL: inbox; OVERFLOW_BUCKET is not set; META_SECRET_ARN is not set',
  );
});

test.each(['7', '30.5', 'a month', '-1', '1e3', '1000000000'])(
  'the processor refuses to keep rows for %j days',
  (days) => {
    expect(() => loadProcessorConfig({ ...processor, RETENTION_DAYS: days })).toThrow(
      `bad environment: RETENTION_DAYS is no whole number of at least 8: ${days}`,
    );
  },
);

test.each(['', undefined])('a number that is %j is not set, and nothing else', (days) => {
  expect(() => loadProcessorConfig({ ...processor, RETENTION_DAYS: days })).toThrow(
    /^bad environment: RETENTION_DAYS is not set$/,
  );
});

test('the processor keeps rows longer than Meta delivers again', () => {
  expect(loadProcessorConfig({ ...processor, RETENTION_DAYS: '8' }).retentionDays).toBe(8);
});

test('the processor keeps rows of some channels for other days', () => {
  const of = (CHANNEL_RETENTION_DAYS?: string) =>
    loadProcessorConfig({ ...processor, CHANNEL_RETENTION_DAYS }).channelRetentionDays;
  expect(of()).toEqual({});
  expect(of('{"shop":365}')).toEqual({ shop: 365 });
  expect(() => of('[]')).toThrow('CHANNEL_RETENTION_DAYS is no object');
  expect(() => of('{"shop":7}')).toThrow('CHANNEL_RETENTION_DAYS of shop is too little');
});
