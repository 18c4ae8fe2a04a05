import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { awsJson, SQS } from '../../../lambda/shared/aws/json-protocol.ts';
import { AwsRequestError, awsSender } from '../../../lambda/shared/aws/request.ts';
import { requestSigner } from '../../../lambda/shared/aws/request-signer.ts';
import { Sha256 } from '../../../lambda/shared/aws/sha256.ts';
import { awsService } from '../../support/aws-service.ts';

const CALL = { method: 'POST', path: '/', headers: {}, body: '{}' } as const;

/** Sends to a server that answers so; attempts of a fifth of a second each, unless it is said. */
async function aSender(listener: RequestListener, attempts = 2, timeoutMs = 200) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const send = awsSender(awsService('sqs', url), { attempts, timeoutMs });
  return {
    send: (signal = AbortSignal.timeout(10_000)) => send(CALL, signal),
    requests: () => requests,
  };
}

async function errorOf(sent: Promise<string>): Promise<unknown> {
  return sent.catch((error: unknown) => error);
}

describe('a request that gets no answer', () => {
  test.each([
    ['never comes', 'ETIMEDOUT', () => undefined],
    ['breaks off', 'ECONNRESET', (_, response) => response.destroy()],
  ] satisfies [string, string, RequestListener][])(
    'is tried again when it %s',
    async (_, name, listener) => {
      const { send, requests } = await aSender(listener);

      expect(await errorOf(send())).toMatchObject({ name, message: `sqs: ${name}` });
      expect(requests()).toBe(2);
    },
  );

  test('ends with its caller’s time, also in the middle of an answer', async () => {
    const { send, requests } = await aSender((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
    });

    const started = performance.now();
    expect(await errorOf(send(AbortSignal.timeout(100)))).toMatchObject({ name: 'TimeoutError' });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(requests()).toBe(1);
  });
});

test('a request that waits for a connection has the time of its answer for that', async () => {
  const { send } = await aSender(
    (_, response) => setTimeout(() => response.end('{}'), 1100),
    1,
    5000,
  );

  const sent = Array.from({ length: 51 }, () => send());

  expect(new Set(await Promise.all(sent))).toEqual(new Set(['{}']));
});

test('a refusal is known by its name alone, whatever the answer says', async () => {
  const { send } = await aSender((_, response) => {
    response
      .writeHead(400)
      .end('{"__type":"com.amazonaws.sqs#InvalidMessageContents","message":"¿hola?"}');
  });

  const error = await errorOf(send());

  expect(error).toBeInstanceOf(AwsRequestError);
  expect(String(error)).toBe('InvalidMessageContents: sqs: InvalidMessageContents');
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf({ method, url, headers }: IncomingMessage, body: Buffer, secret: string) {
  const { authorization = '' } = headers;
  const [, scope = '', signed = ''] =
    /Credential=[^/]+\/(\S+), SignedHeaders=(\S+),/.exec(authorization) ?? [];
  const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
  const hmac = (key: Buffer | string, data: string) =>
    createHmac('sha256', key).update(data).digest();
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, url, '', lines.join(''), signed, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  return hmac(scope.split('/').reduce(hmac, Buffer.from(`AWS4${secret}`)), toSign).toString('hex');
}

test('every request has the signature that AWS works out, and the session’s token', async () => {
  const seen: { given: string; expected: string; token: unknown; target: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request));
    const given = /Signature=(\w+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const { 'x-amz-security-token': token, 'x-amz-target': target } = request.headers;
    seen.push({ given, expected: signatureOf(request, body, 'local'), token, target });
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const service = awsService('sqs', url);
  const credentials = { ...service.credentials, sessionToken: 'token' };
  const call = awsJson({ ...service, credentials }, SQS, { attempts: 1, timeoutMs: 1000 });

  await call('SendMessage', { MessageBody: '¿Sí? 😀' }, AbortSignal.timeout(5000));

  expect(seen).toEqual([
    {
      given: seen[0]?.expected,
      expected: expect.stringMatching(/^[0-9a-f]{64}$/),
      token: 'token',
      target: 'AmazonSQS.SendMessage',
    },
  ]);
});

test('every request has the signature of the SDK’s own signer, with whatever keys and at whatever time', async () => {
  const key = fc
    .string({ minLength: 1, unit: 'binary-ascii' })
    .filter((text) => !/\s|\//.test(text));
  const calls = fc.record({
    ...{ accessKeyId: key, secretAccessKey: key, sessionToken: fc.option(key, { nil: undefined }) },
    body: fc.string({ unit: 'binary' }),
    at: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
  });
  await fc.assert(
    fc.asyncProperty(calls, async ({ body, at, sessionToken, ...keys }) => {
      const credentials = { ...keys, ...(sessionToken !== undefined && { sessionToken }) };
      const service = { ...awsService('dynamodb', 'https://localhost'), credentials };
      const headers = { host: 'localhost', 'x-amz-target': 'DynamoDB_20120810.PutItem' };
      const { region, name } = service;
      const signer = new SignatureV4({
        ...{ service: name, region, credentials, sha256: Sha256, applyChecksum: false },
      });
      const request = { ...{ method: 'POST', path: '/', hostname: 'localhost' }, headers, body };
      const sdk = await signer.sign(new HttpRequest(request), { signingDate: at });

      expect(await requestSigner(service)(headers, Buffer.from(body), at)).toEqual(sdk.headers);
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['a text', 'secret'],
  ['bytes', new TextEncoder().encode('secret')],
  ['a buffer', new TextEncoder().encode('secret').buffer],
])('a hash is keyed with %s', async (_, key) => {
  const hash = new Sha256(key);
  hash.update('text');
  const hex = Buffer.from(await hash.digest()).toString('hex');
  expect(hex).toBe('2f443685592900e619f2f3b2350c3c8a5738e2e7a26bc9a244d3393c3cd6abd6');
});
