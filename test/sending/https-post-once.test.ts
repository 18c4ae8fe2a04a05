import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { readGraphSend } from '../../lambda/providers/meta/send-answer.ts';
import { graphBody } from '../../lambda/providers/meta/send-request.ts';
import { readWasenderSend } from '../../lambda/providers/wasender/send-answer.ts';
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

const answer = (status: number, json: unknown) =>
  ({ kind: 'answer', status, retryAfter: undefined, json }) as const;

describe('an answer of Graph', () => {
  test('names the wamid, and whether the template is looked at first', () => {
    const json = { messages: [{ id: 'wamid.A', message_status: 'held_for_quality_assessment' }] };

    expect(readGraphSend(answer(200, json))).toEqual({
      ...{ kind: 'accepted', wamid: 'wamid.A', msgId: undefined, isHeld: true },
    });
  });

  test('is a refusal by its code, whatever the status', () => {
    const error = {
      code: 131_000,
      message: 'no',
      is_transient: true,
      error_data: { details: 'why' },
    };

    expect(readGraphSend(answer(500, { error }))).toMatchObject({
      ...{ kind: 'refused', refusal: { code: 131_000, text: 'no: why', isTransient: true } },
    });
  });

  test.each([
    [500, undefined],
    [503, { message: 'upstream' }],
    [200, {}],
  ])('leaves open what became of it without a body of its own: %i', (status, json) => {
    expect(readGraphSend(answer(status, json))).toMatchObject({ kind: 'lost' });
  });
});

describe('an answer of WasenderApi', () => {
  test('names its own number of the message', () => {
    const json = { success: true, data: { msgId: 7, status: 'in_progress' } };

    expect(readWasenderSend(answer(200, json))).toMatchObject({ kind: 'accepted', msgId: '7' });
  });

  test('says how long to wait', () => {
    expect(readWasenderSend(answer(429, { message: 'slow', retry_after: 9 }))).toMatchObject({
      refusal: { code: 429, retryAfterSeconds: 9 },
    });
  });

  test.each([500, 408])('leaves open what became of it: %i', (status) => {
    expect(readWasenderSend(answer(status, { success: false }))).toMatchObject({ kind: 'lost' });
  });
});

describe("the body of Graph's request", () => {
  test("carries our mark, and the sender's own members as they are written", () => {
    const to = { kind: 'phone', name: '5215550001111' } as const;
    const text = graphBody({ to, body: '{"type":"text","n":12345678901234567890}', mark: 'm' });

    expect(text).toContain('"n":12345678901234567890}');
    expect(JSON.parse(text)).toMatchObject({
      ...{ messaging_product: 'whatsapp', to: '+5215550001111', biz_opaque_callback_data: 'm' },
    });
  });

  test('names a BSUID as the recipient', () => {
    const body = graphBody({
      to: { kind: 'userId', name: 'MX.1' },
      body: '{"type":"text"}',
      mark: 'm',
    });

    expect(JSON.parse(body)).toMatchObject({ recipient: 'MX.1', type: 'text' });
    expect(JSON.parse(body)).not.toHaveProperty('to');
  });
});
