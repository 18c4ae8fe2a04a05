import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { httpsPostOnce } from '../../lambda/sending/https-post-once.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
}

const request = { headers: {}, body: '{}' };

test('what has no body is asked for', async () => {
  const seen: unknown[] = [];
  const url = await serve(({ method, headers }, response) => {
    seen.push([method, headers['content-type']]);
    response.end('{"a":1}');
  });

  expect(await httpsPostOnce()(url, { headers: {} })).toMatchObject({ json: { a: 1 } });
  expect(seen).toEqual([['GET', undefined]]);
});

describe('a post', () => {
  test('has left nothing where nobody listens', async () => {
    expect(await httpsPostOnce()('http://127.0.0.1:9/', request)).toMatchObject({ kind: 'unsent' });
  });

  test('has left nothing where TLS fails', async () => {
    const url = await serve((_, response) => response.end('{}'));

    const posted = await httpsPostOnce()(url.replace('http:', 'https:'), request);

    expect(posted).toMatchObject({ kind: 'unsent' });
  });

  test('is lost where the connection breaks after it came in', async () => {
    const url = await serve(({ socket }) => socket.destroy());

    expect(await httpsPostOnce()(url, request)).toMatchObject({
      kind: 'lost',
      fault: 'ECONNRESET',
    });
  });

  test('is lost where the answer takes too long', async () => {
    const url = await serve(() => {});

    expect(await httpsPostOnce({ timeoutMs: 100 })(url, request)).toMatchObject({ kind: 'lost' });
  });

  test('is lost on a kept connection that the other end closes', async () => {
    let count = 0;
    const url = await serve(({ socket }, response) => {
      count += 1;
      if (count === 1) response.end('{}');
      else socket.destroy();
    });
    const post = httpsPostOnce();
    await post(url, request);

    expect(await post(url, request)).toMatchObject({ kind: 'lost' });
    expect(count).toBe(2);
  });

  test('resolves with whatever is answered, JSON or not', async () => {
    const url = await serve((_, response) =>
      response.writeHead(502, { 'retry-after': '3' }).end('<html>'),
    );

    expect(await httpsPostOnce()(url, request)).toEqual({
      ...{ kind: 'answer', status: 502, retryAfter: '3', json: undefined },
    });
  });
});

test('an answer that is too long is known by its status alone', async () => {
  const url = await serve((_, response) => response.writeHead(200).end(`"${'x'.repeat(70_000)}"`));

  expect(await httpsPostOnce()(url, request)).toMatchObject({
    ...{ kind: 'answer', status: 200, json: undefined },
  });
});

test('an answer that is no JSON is known by its status alone', async () => {
  const url = await serve((_, response) => response.writeHead(502).end('<h1>Bad Gateway</h1>'));

  expect(await httpsPostOnce()(url, request)).toMatchObject({
    ...{ kind: 'answer', status: 502, json: undefined },
  });
});

test('an answer that breaks off is lost: what it was for may have gone out', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"mess');
    setTimeout(() => response.destroy(), 20);
  });

  expect(await httpsPostOnce()(url, request)).toEqual({ kind: 'lost', fault: 'ECONNRESET' });
});
