import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { InvocationResult } from '../../local/functions/execution-environment.ts';
import { serveHttpApi } from '../../local/http/front.ts';

const echo = async (event: unknown): Promise<InvocationResult> => ({ ok: true, result: event });
const returns = (result: unknown) => async (): Promise<InvocationResult> => ({ ok: true, result });

async function aFront(
  routes: Record<string, (event: unknown) => Promise<InvocationResult>>,
  integrationTimeoutMs?: number,
) {
  const front = await serveHttpApi({
    routes: Object.entries(routes).map(([key, invoke]) => ({ key, invoke, authorization: 'NONE' })),
    integrationTimeoutMs,
  });
  onTestFinished(() => front.close());
  return (path: string, init?: RequestInit) => fetch(`${front.url}${path}`, init);
}

describe('the event', () => {
  test('has the request as payload format 2.0 gives it', async () => {
    const get = await aFront({ 'GET /a/{id}': echo });
    const response = await get('/a/x?b=1&b=2&c=%20d', {
      headers: { 'X-One': '1', cookie: 'k=v; l=w' },
    });

    expect(await response.json()).toMatchObject({
      ...{ version: '2.0', routeKey: 'GET /a/{id}', rawPath: '/a/x', isBase64Encoded: false },
      rawQueryString: 'b=1&b=2&c=%20d',
      queryStringParameters: { b: '1,2', c: ' d' },
      pathParameters: { id: 'x' },
      headers: { 'x-one': '1' },
      cookies: ['k=v', 'l=w'],
      requestContext: {
        http: { method: 'GET', path: '/a/x', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      },
    });
  });

  test('has a JSON body as text and any other in base64', async () => {
    const post = await aFront({ 'POST /': echo });
    const body = '{"a":"ü"}';
    const sent = async (type: string) => {
      const response = await post('/', { method: 'POST', body, headers: { 'content-type': type } });
      return response.json();
    };
    expect(await sent('application/json; charset=utf-8')).toMatchObject({
      ...{ body, isBase64Encoded: false },
    });
    expect(await sent('application/x-www-form-urlencoded')).toMatchObject({
      ...{ body: Buffer.from(body).toString('base64'), isBase64Encoded: true },
    });
  });
});

test('tells of each answer by its route, never by its path', async () => {
  const heard: unknown[] = [];
  const front = await serveHttpApi({
    routes: [{ key: 'GET /a/{id}', invoke: returns('a'), authorization: 'NONE' }],
    onAnswer: (routeKey, status, milliseconds) => heard.push([routeKey, status, milliseconds]),
  });
  onTestFinished(() => front.close());
  await fetch(`${front.url}/a/secret`);
  await fetch(`${front.url}/b`);

  expect(heard).toEqual([
    ['GET /a/{id}', 200, expect.any(Number)],
    [undefined, 404, expect.any(Number)],
  ]);
});

describe('routing', () => {
  test('prefers a literal segment to a parameter', async () => {
    const get = await aFront({ 'GET /a/{id}': returns('any'), 'GET /a/b': returns('b') });

    expect(await (await get('/a/b')).text()).toBe('b');
    expect(await (await get('/a/c')).text()).toBe('any');
  });

  test('keeps an encoded slash in its segment and decodes the parameter', async () => {
    const get = await aFront({ 'GET /messages/{wamid}': echo });
    const response = await get(`/messages/${encodeURIComponent('wamid.HBg/+=')}`);

    expect(await response.json()).toMatchObject({ pathParameters: { wamid: 'wamid.HBg/+=' } });
  });

  test('takes nothing behind a slash for a greedy parameter, and for no other', async () => {
    const get = await aFront({ 'GET /a/{rest+}': echo, 'GET /b/{one}': echo });

    expect(await (await get('/a/')).json()).toMatchObject({ pathParameters: { rest: '' } });
    expect((await get('/a')).status).toBe(404);
    expect((await get('/b/')).status).toBe(404);
  });

  test('answers as API Gateway does where there is no route, or no proper path', async () => {
    const get = await aFront({ 'GET /a': returns('a') });

    for (const [path, method, status, message] of [
      ['/b', 'GET', 404, 'Not Found'],
      ['/a', 'POST', 404, 'Not Found'],
      ['/a/', 'GET', 404, 'Not Found'],
      ['/%E0%A4%A', 'GET', 400, 'Bad Request'],
    ] as const) {
      const response = await get(path, { method });
      expect([response.status, await response.json()]).toEqual([status, { message }]);
    }
  });
});

describe('the answer', () => {
  test('is what a structured result says', async () => {
    const get = await aFront({
      'GET /text': returns({ statusCode: 201, body: 'hi', cookies: ['a=1'], headers: { A: 'b' } }),
      'GET /bytes': returns({ statusCode: 200, body: '/w==', isBase64Encoded: true }),
      'GET /plain': returns({ hello: 'world' }),
    });
    const text = await get('/text');
    expect([text.status, await text.text(), text.headers.get('a')]).toEqual([201, 'hi', 'b']);
    expect(text.headers.getSetCookie()).toEqual(['a=1']);
    expect(new Uint8Array(await (await get('/bytes')).arrayBuffer())).toEqual(Uint8Array.of(0xff));
    expect(await (await get('/plain')).json()).toEqual({ hello: 'world' });
  });

  test('is 500 when the function fails or returns nonsense', async () => {
    const get = await aFront({
      'GET /fails': async () => ({ ok: false, reason: 'error', detail: 'secret' }),
      'GET /nonsense': returns({ statusCode: 'many' }),
    });
    for (const path of ['/fails', '/nonsense']) {
      const response = await get(path);
      expect([response.status, await response.text()]).toEqual([
        500,
        '{"message":"Internal Server Error"}',
      ]);
    }
  });

  test('is 503 when the function takes longer than API Gateway waits', async () => {
    const get = await aFront({ 'GET /slow': () => new Promise(() => undefined) }, 20);
    const response = await get('/slow');

    expect([response.status, await response.json()]).toEqual([
      503,
      { message: 'Service Unavailable' },
    ]);
  });

  test('is 413 above 10 MB, and where the event exceeds 6 MB for Lambda', async () => {
    const post = await aFront({ 'POST /': returns('taken') });
    const status = async (bytes: number, type: string) => {
      const headers = { 'content-type': type };
      return (await post('/', { method: 'POST', body: 'x'.repeat(bytes), headers })).status;
    };
    expect(await status(11_000_000, 'text/plain')).toBe(413);
    expect(await status(6_300_000, 'text/plain')).toBe(413);
    expect(await status(5_000_000, 'application/octet-stream')).toBe(413);
    expect(await status(6_200_000, 'text/plain')).toBe(200);
  });
});

test('keeps what is signed in AWS from pages of other sites, and from nobody else', async () => {
  const front = await serveHttpApi({
    routes: [
      { key: 'POST /v1/channels', invoke: echo, authorization: 'AWS_IAM' },
      { key: 'POST /webhooks/meta', invoke: echo, authorization: 'NONE' },
    ],
  });
  onTestFinished(() => front.close());
  const statusOf = async (path: string, headers = {}) => {
    // By `fetch` nobody says another host than the one that is asked.
    const asked = request(`${front.url}${path}`, { method: 'POST', headers }).end();
    const [response]: IncomingMessage[] = await once(asked, 'response');
    return response?.resume().statusCode;
  };

  expect(await statusOf('/v1/channels')).toBe(200);
  expect(await statusOf('/v1/channels', { origin: front.url })).toBe(200);
  expect(await statusOf('/v1/channels', { origin: 'https://other.example' })).toBe(403);
  expect(await statusOf('/v1/channels', { origin: 'null' })).toBe(403);
  expect(await statusOf('/webhooks/meta', { origin: 'https://other.example' })).toBe(200);

  const { port } = new URL(front.url);
  for (const name of ['localhost', 'api.localhost', 'host.docker.internal', '192.168.1.7', '[::1]'])
    expect(await statusOf('/v1/channels', { host: `${name}:${port}` })).toBe(200);
  // A site whose name leads here, and a tunnel for webhooks.
  const rebound = { host: `site.example:${port}`, origin: `http://site.example:${port}` };
  for (const headers of [rebound, { host: 'site.example' }, { host: 'localhost.example' }]) {
    expect(await statusOf('/v1/channels', headers)).toBe(403);
    expect(await statusOf('/webhooks/meta', headers)).toBe(200);
  }
});
