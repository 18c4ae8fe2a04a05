import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { confirmed, startAwsStub } from '../../support/aws-stub.ts';
import { aMessage } from '../../support/just-sent.ts';
import { runsInLambda, startedIn } from '../../support/lambda-runtime.ts';
import { metaSignature, metaWebhook } from '../../support/webhooks.ts';

const META_SECRET = JSON.stringify({ appSecrets: ['app-secret'], verifyToken: 'verify-me' });
const WASENDER_SECRET = JSON.stringify({
  sessions: [{ session: 'shop', token: 'path', secrets: ['shared'] }],
});

const output = runsInLambda();

/** The handler as it starts in Lambda, before services that answer as AWS does. */
async function startHandler() {
  const { url, calls } = await startAwsStub((call) => {
    const { target, input } = call;
    if (target.startsWith('secretsmanager')) {
      const isMeta = JSON.stringify(input).includes('arn:meta');
      return { body: { SecretString: isMeta ? META_SECRET : WASENDER_SECRET } };
    }
    return confirmed(call);
  });
  const variables = {
    INBOX_QUEUE_URL: `${url}/1/inbox.fifo`,
    OVERFLOW_BUCKET: 'overflow',
    META_SECRET_ARN: 'arn:meta',
    WASENDER_SECRET_ARN: 'arn:wasender',
    AWS_ENDPOINT_URL_SQS: url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
  };
  const { handler } = await startedIn(
    variables,
    () => import('../../../lambda/inbound/ingest/handler.ts'),
  );
  return { calls, handle: (event: object) => handler(anEvent(event)) };
}

function anEvent(overrides: object): APIGatewayProxyEventV2 {
  return Object.assign(Object.create(null), { headers: {}, isBase64Encoded: false, ...overrides });
}

const body = metaWebhook({ messages: [aMessage()] });
const signed = {
  routeKey: 'POST /webhooks/meta',
  headers: { 'x-hub-signature-256': metaSignature(body, 'app-secret') },
};

function statusOf({ statusCode }: APIGatewayProxyStructuredResultV2) {
  return statusCode;
}

describe('the ingest handler', () => {
  test.each([
    ['text', { body }],
    ['base64', { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }],
  ])(
    'accepts a signed webhook whose body comes as %s, and says nothing of it',
    async (_, given) => {
      const { handle, calls } = await startHandler();
      expect(statusOf(await handle({ ...signed, ...given }))).toBe(200);
      expect(calls.map(({ target }) => target)).toEqual([
        'secretsmanager.GetSecretValue',
        'AmazonSQS.SendMessageBatch',
      ]);
      expect(output).toEqual([]);
    },
  );

  test('answers the handshake as plain text', async () => {
    const { handle } = await startHandler();
    const queryStringParameters = {
      'hub.mode': 'subscribe',
      'hub.verify_token': 'verify-me',
      'hub.challenge': '007',
    };
    expect(await handle({ routeKey: 'GET /webhooks/meta', queryStringParameters })).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
      body: '007',
    });
  });

  test('accepts WasenderApi under its path token', async () => {
    const { handle } = await startHandler();
    const event = {
      routeKey: 'POST /webhooks/wasender/{token}',
      pathParameters: { token: 'path' },
      headers: { 'x-webhook-signature': 'shared' },
      body: '{"event":"session.status","data":{}}',
    };
    expect(statusOf(await handle(event))).toBe(200);
    expect(statusOf(await handle({ ...event, pathParameters: {} }))).toBe(403);
  });

  test.each([
    ['', 200],
    ['/', 200],
    [undefined, 200],
    ['more', 404],
  ])(
    'takes a slash at the end of a path for none, and nothing behind it: %j',
    async (slash, status) => {
      const { handle } = await startHandler();
      const meta = {
        ...{ ...signed, body, pathParameters: { slash } },
        routeKey: 'POST /webhooks/meta/{slash+}',
      };
      expect(statusOf(await handle(meta))).toBe(status);
      const wasender = {
        routeKey: 'POST /webhooks/wasender/{token}/{slash+}',
        pathParameters: { token: 'path', slash },
        headers: { 'x-webhook-signature': 'shared' },
        body: '{"event":"session.status","data":{}}',
      };
      expect(statusOf(await handle(wasender))).toBe(status);
    },
  );

  test('counts a refusal, and writes nothing of what was refused', async () => {
    const { handle } = await startHandler();
    expect(statusOf(await handle({ ...signed, body: `${body} ` }))).toBe(403);
    expect(output.join()).toContain('"SignatureMismatched"');
    expect(output.join()).not.toMatch(/5215550001111|wamid|Sigue|sha256=/);
  });

  test('is alive, and knows no other route', async () => {
    const { handle } = await startHandler();
    expect(statusOf(await handle({ routeKey: 'GET /healthz' }))).toBe(200);
    expect(statusOf(await handle({ routeKey: '$default' }))).toBe(404);
  });
});
