import { expect, test } from 'vitest';
import { loadIngestConfig } from '../../lambda/ingest/config.ts';
import { loadProcessorConfig } from '../../lambda/processor/config.ts';

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
  const local = { ...ingest, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4566' };
  expect(loadIngestConfig(local).s3.url).toBe('http://127.0.0.1:4566');
  const all = { ...ingest, AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
  expect(loadIngestConfig(all).secretsManager.url).toBe('http://127.0.0.1:4566');
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

test.each(['7', '30.5', 'a month', '-1', ''])(
  'the processor refuses to keep rows for %j days',
  (days) => {
    expect(() => loadProcessorConfig({ ...processor, RETENTION_DAYS: days })).toThrow(
      'RETENTION_DAYS',
    );
  },
);

test('the processor keeps rows longer than Meta delivers again', () => {
  expect(loadProcessorConfig({ ...processor, RETENTION_DAYS: '8' }).retentionDays).toBe(8);
});
