import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { type PostOptions, postEvent } from '../../bin/floodgate/listen/post-event.ts';
import type { WaitingEvent } from '../../bin/floodgate/listen/waiting-event.ts';
import { startEndpoint } from '../support/endpoint.ts';

const SIGNED = { 'webhook-id': 'message_1', 'x-hub-signature-256': 'sha256=00' };

async function post(
  answer: (response: ServerResponse) => void,
  options: Partial<PostOptions> = {},
  headers: WaitingEvent['headers'] = SIGNED,
) {
  const endpoint = await startEndpoint(answer);
  onTestFinished(() => endpoint[Symbol.asyncDispose]());
  const event = { messageId: '1', group: 'A', receiveCount: 1, receiptHandle: '1', heldUntil: 0 };
  const posted = await postEvent(
    { ...event, body: '{"text":"ñ"}', headers },
    { url: endpoint.url, secrets: { current: 'app-secret' }, timeoutMs: 5000, ...options },
  );
  return { posted, received: endpoint.received };
}

test('a webhook in the format of its provider is posted with the signature that it came with', async () => {
  const { posted, received } = await post((response) => response.writeHead(201).end());

  expect(posted).toMatchObject({ kind: 'taken', status: 201 });
  expect(received).toMatchObject([
    { body: '{"text":"ñ"}', headers: { 'content-type': 'application/json', ...SIGNED } },
  ]);
});

test('what a stack signed before its format was changed is left as it is', async () => {
  const headers = { 'webhook-id': '1', 'webhook-timestamp': '7', 'webhook-signature': 'v1,x' };
  const { received } = await post((response) => response.end(), {}, headers);

  expect(received).toMatchObject([{ headers }]);
});

test('an answer that leads elsewhere is no 2xx, and is not followed', async () => {
  const redirect = (response: ServerResponse) =>
    response.writeHead(302, { location: '/elsewhere' }).end();
  const { posted, received } = await post(redirect);

  expect(posted).toMatchObject({ kind: 'refused', status: 302 });
  expect(received).toHaveLength(1);
});

test('a server that does not answer in time, or breaks the connection, is told apart', async () => {
  const silent = await post(() => undefined, { timeoutMs: 100 });
  const broken = await post((response) => response.destroy());

  expect(silent.posted.kind).toBe('timeout');
  expect(broken.posted).toMatchObject({ kind: 'unreachable', fault: 'UND_ERR_SOCKET' });
});
