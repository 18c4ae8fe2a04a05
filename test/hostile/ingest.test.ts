import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readEnvelope, writeEnvelope } from '../../lambda/events/envelope.ts';
import { isOversized, parkedEvent } from '../../lambda/events/oversized.ts';
import { splitMetaWebhook } from '../../lambda/providers/meta/webhook.ts';
import { splitWasenderWebhook } from '../../lambda/providers/wasender/webhook.ts';
import { readJsonSource } from '../../lambda/shared/json/json-source.ts';
import { keepOutput, startedIn } from '../support/lambda-runtime.ts';
import { metaSignature, metaWebhook } from '../support/webhooks.ts';
import { type AwsEdge, startAwsEdge, type TakenMessage } from './aws-edge.ts';
import { aHostileRequest, anEvent, SECRETS } from './hostile-requests.ts';
import { hostileRuns } from './runs.ts';

type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

let edge: AwsEdge;
let handler: Handler;
let output: string[];

beforeAll(async () => {
  const { sessions, ...metaSecret } = SECRETS;
  edge = await startAwsEdge({
    'arn:meta': JSON.stringify(metaSecret),
    'arn:wasender': JSON.stringify({ sessions }),
  });
  const variables = {
    INBOX_QUEUE_URL: `${edge.url}/1/inbox.fifo`,
    OVERFLOW_BUCKET: 'overflow',
    META_SECRET_ARN: 'arn:meta',
    WASENDER_SECRET_ARN: 'arn:wasender',
    AWS_ENDPOINT_URL: edge.url,
  };
  output = keepOutput();
  ({ handler } = await startedIn(
    variables,
    () => import('../../lambda/inbound/ingest/handler.ts'),
  ));
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await edge[Symbol.asyncDispose]();
});

/** What splitting a message's payload makes of it, written as ingest writes it. */
function writtenAnew({ body }: TakenMessage): readonly string[] {
  const reading = readEnvelope(body);
  if (!reading.ok) return [JSON.stringify(reading)];
  const { provider, channel, receivedAt, payloadKey, payload } = reading.event;
  const json = readJsonSource(payload ?? edge.parked.get(payloadKey ?? '') ?? '');
  if (!json.ok) return [json.reason];
  const split =
    provider === 'meta'
      ? splitMetaWebhook(json.source, receivedAt)
      : splitWasenderWebhook(json.source, channel, receivedAt);
  if (!split.ok) return [split.reason];
  const { id, kind } = reading.event;
  // An error of the account is known by what it stood beside, which its payload has not.
  const isError = kind === 'account' && json.source.text.includes('"errors"');
  return split.events
    .map((event) => (isError ? { ...event, id } : event))
    .map((event) => writeEnvelope(isOversized(event) ? parkedEvent(event) : event));
}

/** Of the shapes and secrets that requests are made from. */
const PRIVATE =
  /hostile-|Luc|Sigue|wamid\.|5215550001111|34611222333|1234567890123456|[0-9a-f]{64}/;

describe('whatever is posted', () => {
  const { parameters, timeout } = hostileRuns(400);

  test('is answered as documented, and queued only as valid events of a proven sender', {
    timeout,
  }, async () => {
    const counted = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(aHostileRequest, async ({ event, isProven }) => {
        edge.forget();
        output.length = 0;

        const { statusCode, body } = await handler(event);

        counted.set(`${statusCode}`, (counted.get(`${statusCode}`) ?? 0) + 1);
        expect([200, 400, 401, 403, 404]).toContain(statusCode);
        expect(edge.misuses).toEqual([]);
        if (!isProven) expect(statusCode).not.toBe(200);
        if (body === 'stored') expect(edge.taken).not.toEqual([]);
        else expect(edge.taken).toEqual([]);
        for (const message of edge.taken) expect(writtenAnew(message)).toEqual([message.body]);
        expect(output.join('\n')).not.toMatch(PRIVATE);
      }),
      parameters,
    );
    // Or the requests would not be near enough to what is expected.
    expect(
      Math.min(...['200', '400', '401', '403'].map((one) => counted.get(one) ?? 0)),
    ).toBeGreaterThan(20);
  });

  test('is answered 503 when the queue or the bucket does not take it, and queued nowhere', {
    timeout,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        aHostileRequest,
        fc.constantFrom('SendMessageBatch', 'PUT'),
        async ({ event, isProven }, failing) => {
          edge.forget();
          edge.refuses = (action) => action === failing;

          const { statusCode, body } = await handler(event);

          expect([200, 400, 401, 403, 404, 503]).toContain(statusCode);
          if (!isProven) expect([200, 503]).not.toContain(statusCode);
          if (statusCode === 200 && body === 'stored') expect(failing).toBe('PUT');
          else expect(edge.taken).toEqual([]);
        },
      ),
      { ...parameters, numRuns: Math.ceil(parameters.numRuns / 5) },
    );
    edge.refuses = () => false;
  });
});

/** Six megabytes are what Lambda takes of an event, as JSON and with all around the body. */
const LARGEST_TEXT = 5_900_000;
const DEPTH = 500_000;
const LARGEST_BYTES = (LARGEST_TEXT * 3) / 4;

describe('a body near the limit', () => {
  const textOf = (inner: string) => metaWebhook({ messages: ['HERE'] }).replace('"HERE"', inner);
  const text = 'x'.repeat(LARGEST_TEXT);
  const long = textOf(`"${text}"`);
  const deep = textOf(`${'['.repeat(DEPTH)}"${text.slice(DEPTH * 2)}"${']'.repeat(DEPTH)}`);
  const bytes = Buffer.from(textOf(`"${'ñ'.repeat(LARGEST_BYTES / 2)}"`)).toString('base64');

  test.each([
    ['one long text', { body: long }],
    ['nested half a million deep', { body: deep }],
    ['in base64', { body: bytes, isBase64Encoded: true }],
  ])('is queued when it is signed, and only then: %s', async (_, sent) => {
    edge.forget();
    const received = Buffer.from(sent.body, 'isBase64Encoded' in sent ? 'base64' : 'utf8');
    const answerTo = (header: string) =>
      handler(
        anEvent({
          ...sent,
          routeKey: 'POST /webhooks/meta',
          headers: { 'x-hub-signature-256': header },
        }),
      );
    const signature = metaSignature(received, SECRETS.appSecrets[0]);

    expect(await answerTo(metaSignature(received, 'wrong'))).toMatchObject({ statusCode: 403 });
    expect(edge.taken).toEqual([]);
    expect(await answerTo(signature)).toMatchObject({ statusCode: 200 });
    expect(edge.taken.map(writtenAnew)).toEqual([[edge.taken[0]?.body]]);
  });
});
