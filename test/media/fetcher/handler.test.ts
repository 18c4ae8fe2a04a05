import { createHash } from 'node:crypto';
import type { SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WebhookEvent } from '../../../lambda/events/event.ts';
import { loadMediaConfig } from '../../../lambda/media/fetcher/config.ts';
import { writeMediaJob } from '../../../lambda/media/job.ts';
import { eventTable } from '../../../lambda/table/event-table.ts';
import { serveS3 } from '../../../local/aws/s3.ts';
import type { LoopbackServer } from '../../../local/loopback-server.ts';
import { providerFile } from '../../../local/media/provider-file.ts';
import { signedFetch } from '../../../local/signature/signed-fetch.ts';
import { serveWhatsApp, type WhatsApp } from '../../../local/whatsapp/serve-whatsapp.ts';
import { startAwsStub } from '../../support/aws-stub.ts';
import { type EventTableEmulator, startEventTable } from '../../support/event-table-emulator.ts';
import { aPhotoEvent, splitWasender, wasenderWebhook } from '../../support/just-sent.ts';
import { contextWith, runsInLambda, startedIn } from '../../support/lambda-runtime.ts';
import { sqsRecord } from '../../support/queued-events.ts';
import { only } from '../../support/webhooks.ts';

const NEVER = new AbortController().signal;
const AWAY = 'http://127.0.0.1:9';
const TOKENS = { meta: 'graph-token', wasender: 'wasender-key' };
const ID = '1479537139650973';
const SECRET = JSON.stringify({
  accessTokens: { default: TOKENS.meta },
  sessions: [{ session: 'shop', apiKey: TOKENS.wasender }],
});
const policy = { keep: 'all', maxMegabytes: 100, urlExpiryMinutes: 60, tenant: 'acme' };

let table: EventTableEmulator;
let files: LoopbackServer;
let providers: WhatsApp;

const output = runsInLambda();

beforeAll(async () => {
  table = await startEventTable();
  const nothing = () => undefined;
  files = await serveS3(['media', 'overflow'], nothing, nothing);
  providers = await serveWhatsApp({ tokens: TOKENS });
});
afterAll(() => Promise.all([table[Symbol.asyncDispose](), files.close(), providers.close()]));
beforeEach(() => table.clear());

/** The handler as it starts in Lambda, over emulators and stand-ins, with the queue's calls. */
async function startHandler(changed: Record<string, string> = {}) {
  const aws = await startAwsStub(() => ({
    body: { SecretString: SECRET, Successful: [], Failed: [] },
  }));
  const variables = {
    TABLE_NAME: table.tableName,
    OVERFLOW_BUCKET: 'overflow',
    MEDIA_BUCKET: 'media',
    MEDIA_QUEUE_URL: `${aws.url}/1/media-jobs`,
    MEDIA_POLICY: JSON.stringify({ ...policy, channels: {} }),
    META_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:1:secret:meta',
    WASENDER_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:1:secret:wasender',
    GRAPH_URL: providers.urls.meta,
    WASENDER_URL: providers.urls.wasender,
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_S3: files.url,
    ...changed,
  };
  const { handler } = await startedIn(
    variables,
    () => import('../../../lambda/media/fetcher/handler.ts'),
  );
  const fetchFile = async (body: string, remainingMs = 300_000): Promise<readonly string[]> => {
    const message = { messageId: 'job', body, receiptHandle: 'receipt', receiveCount: 1 };
    const record = sqsRecord({
      ...message,
      messageGroupId: undefined,
      sequenceNumber: '',
      sentAt: 0,
    });
    const answer: SQSBatchResponse = await handler({ Records: [record] }, contextWith(remainingMs));
    return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  const hidden = () =>
    aws.calls.filter(({ target }) => target === 'AmazonSQS.ChangeMessageVisibilityBatch');
  return { fetchFile, hidden };
}

/** Stores a message as the processor does; the job of its file. */
async function stored(event: WebhookEvent): Promise<string> {
  const options = { tableName: table.tableName, retentionDays: 30, now: Date.now };
  await eventTable(table.dynamodb, options)(event, '1', NEVER);
  return writeMediaJob(event);
}

/** What the event's row says of the file. */
async function told({ id }: WebhookEvent) {
  const row = (await table.rows()).find(({ sk }) => sk?.S === id);
  const entries = Object.entries(row ?? {}).filter(([name]) => name.startsWith('media'));
  return Object.fromEntries(entries.map(([name, { S, N }]) => [name, S ?? Number(N)]));
}

const photo = aPhotoEvent({ image: { id: ID } });
const metrics = () => output.join('\n').match(/"Media\w+":\d+/g);
const key = `media/acme/${photo.id}`;

function aWasenderPhoto(): WebhookEvent {
  const messages = {
    key: { id: '3EB0A1', fromMe: false, remoteJid: '5215550001111@s.whatsapp.net' },
    message: { imageMessage: { mediaKey: 'a2V5' } },
  };
  return only(splitWasender(wasenderWebhook('messages.received', { messages })));
}

describe('the media function', () => {
  test.each([
    ['Meta', photo, ID],
    ['WasenderApi', aWasenderPhoto(), '3EB0A1'],
  ])(
    'brings a file from %s to S3, says so on the row, counts it, and says nothing else',
    async (_, event, id) => {
      const { fetchFile, hidden } = await startHandler();

      expect(await fetchFile(await stored(event))).toEqual([]);

      const { bytes, sha256 } = providerFile(id);
      expect(await told(event)).toMatchObject({
        ...{ 'media.state': 'stored', 'media.key': `media/acme/${event.id}` },
        ...{ 'media.size': bytes.length, 'media.sha256': sha256.toString('hex') },
        mediaNewsAt: expect.closeTo(Date.now(), -5),
      });
      const path = `/media/media/acme/${event.id}`;
      const file = await signedFetch({ service: 's3', url: files.url, path });
      const found = createHash('sha256').update(Buffer.from(await file.arrayBuffer()));
      expect(found.digest('hex')).toBe(sha256.toString('hex'));
      expect(metrics()).toEqual(['"MediaStored":1']);
      expect(output).toHaveLength(1);
      expect(hidden()).toEqual([]);
    },
  );

  test('says on the row and in the log why there is no file, and nothing of who sent it', async () => {
    const forged = aPhotoEvent({ image: { id: 'forged' } });
    const { fetchFile } = await startHandler();

    expect(await fetchFile(await stored(forged))).toEqual([]);

    expect(await told(forged)).toMatchObject({
      ...{ 'media.state': 'failed', 'media.reason': 'unknown-media' },
      mediaNewsAt: expect.any(Number),
    });
    expect(metrics()).toEqual(['"MediaFailed":1']);
    const lines = output.join('\n');
    expect(lines).toContain(forged.id);
    expect(lines).not.toMatch(/forged|5215550001111|Lucía|wamid|graph-token/);
  });

  test('skips what the policy does not keep, and tells no subscriber', async () => {
    const MEDIA_POLICY = JSON.stringify({ ...policy, keep: 'none', channels: {} });
    const { fetchFile } = await startHandler({ MEDIA_POLICY });

    expect(await fetchFile(await stored(photo))).toEqual([]);

    expect(await told(photo)).toEqual({ 'media.state': 'skipped', 'media.reason': 'policy' });
    expect(metrics()).toEqual(['"MediaSkipped":1']);
  });

  test.each([
    ['the provider', { GRAPH_URL: AWAY }],
    ['the table', { AWS_ENDPOINT_URL_DYNAMODB: AWAY }],
    ['the bucket', { AWS_ENDPOINT_URL_S3: AWAY }],
    ['the secret', { AWS_ENDPOINT_URL_SECRETS_MANAGER: AWAY }],
  ])('gives a job back for a while when %s is away, and settles nothing', async (_, changed) => {
    const { fetchFile, hidden } = await startHandler(changed);

    expect(await fetchFile(await stored(photo), 20_000)).toEqual(['job']);

    expect(await told(photo)).toEqual({});
    expect(hidden()).toMatchObject([{ input: { Entries: [{ ReceiptHandle: 'receipt' }] } }]);
    expect(metrics()).toEqual(['"MediaReturned":1']);
  });

  test('gives back what it cannot read, and is done with what was forgotten', async () => {
    const { fetchFile } = await startHandler();

    expect(await fetchFile('poison')).toEqual(['job']);
    expect(await fetchFile(writeMediaJob(photo))).toEqual([]);
    expect(await table.rows()).toEqual([]);
  });

  test('asks no provider again for what is settled', async () => {
    const first = await startHandler();
    const job = await stored(photo);
    await first.fetchFile(job);
    const before = await told(photo);
    const again = await startHandler({ GRAPH_URL: AWAY });

    expect(await again.fetchFile(job)).toEqual([]);

    expect(await told(photo)).toEqual(before);
    expect(before['media.key']).toBe(key);
  });

  test('names all that is missing in its environment', () => {
    expect(() => loadMediaConfig({})).toThrow(
      /TABLE_NAME[\s\S]*MEDIA_BUCKET[\s\S]*MEDIA_POLICY[\s\S]*META_SECRET_ARN/,
    );
  });

  test('does not start with a policy that it cannot read', async () => {
    await expect(startHandler({ MEDIA_POLICY: '{"keep":"all"}' })).rejects.toThrow(
      'bad media policy',
    );
  });
});
