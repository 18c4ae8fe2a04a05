import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Sha256 } from '../../lambda/shared/aws/sha256.ts';
import { LocalClock } from '../../local/clock.ts';
import type { LoopbackServer } from '../../local/loopback-server.ts';
import { canonicalRequest, scopedSigner, sha256 } from '../../local/signature/canonical.ts';
import { checkSignature } from '../../local/signature/check.ts';
import { areSigned, readChunks } from '../../local/signature/chunks.ts';
import { signedFetch } from '../../local/signature/signed-fetch.ts';
import { serveSqs } from '../../local/sqs/endpoint.ts';
import { QueueHost } from '../../local/sqs/queue-host.ts';
import { type ObjectEmulator, startObjects } from '../support/object-emulator.ts';

/** The examples of AWS's own documentation. */
describe('what AWS signs in its documentation', () => {
  const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const DATE = '20130524T000000Z';
  const SCOPE = '20130524/us-east-1/s3/aws4_request';

  function signatureOf(method: string, url: string, headers: Record<string, string>): string {
    const rawHeaders = Object.entries({ Host: 'examplebucket.s3.amazonaws.com', ...headers });
    const canonical = canonicalRequest(
      { method, url, rawHeaders: rawHeaders.flat() },
      {
        isS3: true,
        signedHeaders: rawHeaders.map(([name]) => name.toLowerCase()).toSorted(),
        payloadHash: headers['x-amz-content-sha256'] ?? sha256(''),
      },
    );
    const text = ['AWS4-HMAC-SHA256', DATE, SCOPE, sha256(canonical)].join('\n');
    return scopedSigner(SECRET, SCOPE)(text);
  }

  test.each([
    [
      ...['GET', '/test.txt', 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'],
      { Range: 'bytes=0-9', 'x-amz-content-sha256': sha256(''), 'x-amz-date': DATE },
    ],
    [
      ...['PUT', '/test%24file.text'],
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      {
        ...{ Date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-date': DATE },
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': sha256('Welcome to Amazon S3.'),
      },
    ],
    [
      ...['GET', '/?lifecycle'],
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
      { 'x-amz-content-sha256': sha256(''), 'x-amz-date': DATE },
    ],
    [
      ...['GET', '/?max-keys=2&prefix=J'],
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
      { 'x-amz-content-sha256': sha256(''), 'x-amz-date': DATE },
    ],
  ] as const)('%s %s has the signature that stands there', (method, url, signature, headers) => {
    expect(signatureOf(method, url, headers)).toBe(signature);
  });

  test('a body in chunks has those that stand there, and no other body has', () => {
    const part = (size: number, signature: string, letters: number) =>
      `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(letters)}\r\n`;
    const bodyOf = (letters: string) =>
      Buffer.from(
        [
          part(65536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648', 65536),
          part(1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497', 1024),
          part(0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9', 0),
        ]
          .join('')
          .replace(/^(.{90})a/s, `$1${letters}`),
      );
    const signing = {
      ...{ sign: scopedSigner(SECRET, SCOPE), date: DATE, scope: SCOPE },
      seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    };
    const read = (body: Buffer) => readChunks(body) ?? { content: body, chunks: [], trailers: [] };

    expect(read(bodyOf('a')).content).toHaveLength(66_560);
    expect(areSigned(read(bodyOf('a')), signing)).toBe(true);
    expect(areSigned(read(bodyOf('b')), signing)).toBe(false);
    expect(readChunks(Buffer.from('no chunks at all'))).toBeUndefined();
  });
});

describe('the local S3', () => {
  let objects: ObjectEmulator;
  const object = (key: string) => ({ service: 's3', url: objects.url, path: `/bucket/${key}` });
  const errorOf = async (response: Response) => [
    response.status,
    /<Code>(\w+)</.exec(await response.text())?.[1],
  ];

  beforeAll(async () => {
    objects = await startObjects('bucket');
    await objects.put('bucket/a', 'text');
  });
  afterAll(() => objects[Symbol.asyncDispose]());

  /** Signs with the path as it is sent, which is right for the keys that need no escape. */
  async function put(path: string): Promise<Response> {
    const { hostname, port, host } = new URL(objects.url);
    const signer = new SignatureV4({
      ...{ service: 's3', region: 'us-east-1', sha256: Sha256, uriEscapePath: false },
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const headers = { host, 'x-amz-content-sha256': sha256('text') };
    const request = new HttpRequest({ method: 'PUT', hostname, port: Number(port), path, headers });
    const { host: _, ...sent } = (await signer.sign(request)).headers;
    return fetch(`${objects.url}${path}`, { method: 'PUT', headers: sent, body: 'text' });
  }

  test('refuses a key whose equals sign was signed as it is, and takes it escaped', async () => {
    const refused = await errorOf(await put('/bucket/events/dt=2026-11-29/1.gz'));
    expect(refused).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await objects.get('bucket/events/dt=2026-11-29/1.gz')).toBeUndefined();

    expect((await put('/bucket/events/dt%3D2026-11-29/1.gz')).status).toBe(200);
    expect(String(await objects.get('bucket/events/dt=2026-11-29/1.gz'))).toBe('text');
  });

  test('refuses whoever signs nothing', async () => {
    expect(await errorOf(await fetch(`${objects.url}/bucket/a`))).toEqual([403, 'AccessDenied']);
  });

  test('refuses what was signed an hour ago', async () => {
    const at = Date.now() - 3_600_000;
    expect(await errorOf(await signedFetch({ ...object('a'), at }))).toEqual([
      ...[403, 'RequestTimeTooSkewed'],
    ]);
  });

  test('refuses what is signed for another service', async () => {
    const call = { ...object('a'), service: 'sqs' };
    expect(await errorOf(await signedFetch(call))).toEqual([400, 'AuthorizationHeaderMalformed']);
  });

  test.each([
    ['local', 'local', 200],
    ['test', 'test', 200],
    ['AKIAIOSFODNN7EXAMPLE', 'local', 200],
    ['AKIAIOSFODNN7EXAMPLE', 'another', 'SignatureDoesNotMatch'],
  ])('answers %s with the secret %s: %s', async (accessKeyId, secretAccessKey, expected) => {
    const credentials = { accessKeyId, secretAccessKey };
    using client = closing(
      new S3Client({ region: 'us-east-1', endpoint: objects.url, credentials }),
    );
    const got = client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a' }));
    const answer = await got.then(
      ({ $metadata }) => $metadata.httpStatusCode,
      (error: Error) => error.name,
    );
    expect(answer).toBe(expected);
  });

  test('takes a stream of the SDK’s, in chunks with a sum behind them', async () => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    using client = closing(
      new S3Client({ region: 'us-east-1', endpoint: objects.url, credentials }),
    );
    const Body = Readable.from(['one ', 'two'], { objectMode: false });
    const input = { Bucket: 'bucket', Key: 'dt=1/streamed', Body, ContentLength: 7 };
    await client.send(new PutObjectCommand(input));
    expect(String(await objects.get('bucket/dt=1/streamed'))).toBe('one two');
  });
});

function closing(client: S3Client) {
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}

describe('a service with a JSON protocol', () => {
  let server: LoopbackServer;
  const headers = { 'x-amz-target': 'AmazonSQS.ListQueues' };
  const call = () => ({ service: 'sqs', url: server.url, method: 'POST', headers, body: '{}' });

  beforeAll(async () => {
    server = await serveSqs(new QueueHost(new LocalClock()), () => undefined);
  });
  afterAll(() => server.close());

  test('takes what is signed', async () => {
    expect((await signedFetch(call())).status).toBe(200);
  });

  test.each([
    [
      'what nobody signed',
      'MissingAuthenticationTokenException',
      () => fetch(server.url, { method: 'POST', headers, body: '{}' }),
    ],
    [
      'what is signed for another service',
      'InvalidSignatureException',
      () => signedFetch({ ...call(), service: 'dynamodb' }),
    ],
    [
      'what was signed an hour ago',
      'InvalidSignatureException',
      () => signedFetch({ ...call(), at: Date.now() - 3_600_000 }),
    ],
  ])('refuses %s', async (_, code, send) => {
    const answer = await send();
    expect([answer.status, await answer.json()]).toMatchObject([403, { __type: code }]);
  });
});

test('nothing of what is signed can be another', () => {
  const at = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${at.slice(0, 8)}/us-east-1/sqs/aws4_request`;
  const signedHeaders = ['content-type', 'host', 'x-amz-date'];
  const request = { method: 'POST', url: '/?a=1', body: '{"n":1}', host: 'sqs', type: 'json' };
  const wireOf = ({ method, url, host, type }: typeof request) => ({
    ...{ method, url },
    rawHeaders: ['Host', host, 'X-Amz-Date', at, 'Content-Type', type],
  });
  const parts = { isS3: false, signedHeaders, payloadHash: sha256(request.body) };
  const canonical = canonicalRequest(wireOf(request), parts);
  const text = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n');
  const signed = `SignedHeaders=${signedHeaders.join(';')}`;
  const proof = `Credential=a/${scope}, ${signed}, Signature=${scopedSigner('local', scope)(text)}`;
  const check = (changed: Partial<typeof request>) => {
    const { rawHeaders, ...wire } = wireOf({ ...request, ...changed });
    const headers = [...rawHeaders, 'Authorization', `AWS4-HMAC-SHA256 ${proof}`];
    const body = Buffer.from(changed.body ?? request.body);
    return checkSignature({ ...wire, rawHeaders: headers }, body, {
      ...{ service: 'sqs', now: Date.now },
    });
  };

  expect(check({})).toMatchObject({ ok: true, accessKeyId: 'a' });
  const others = [{ method: 'PUT' }, { url: '/?a=2' }, { url: '/a?a=1' }, { body: '{"n":2}' }];
  for (const other of [...others, { host: 'sqs.other' }, { type: 'xml' }]) {
    expect(check(other)).toEqual({ ok: false, fault: 'mismatch' });
  }
});
