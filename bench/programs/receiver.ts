import { createServer } from 'node:http';
import { stdout } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Paths of endpoints that answer at once, after a tenth of a second, after eight seconds, never, and at
 * length; and of what came to the first two.
 */
const PATHS = {
  ...{ live: '/live', steady: '/steady', slow: '/slow', silent: '/silent', chatty: '/chatty' },
  received: '/received',
};

const DELAYS_MS = new Map([
  [PATHS.live, 0],
  [PATHS.steady, 100],
]);
const SLOW_MS = 8000;

const TALK_BYTES = 64 * 1024;
const entry = '{"id":17,"ok":true,"by":"somebody"},';
const TALK = `[${entry.repeat(TALK_BYTES / entry.length)}17]`;

/** When each event came, by its `webhook-id`, in ms since 1970. */
let received: [id: string, atMs: number][] = [];

/** Subscribers' endpoints. It writes its address on one line when it is ready. */
const server = createServer(async (request, response) => {
  const { url = '' } = request;
  if (url === PATHS.silent) return;
  if (url === PATHS.received) {
    response.end(JSON.stringify(received));
    received = [];
    return;
  }
  const delayMs = DELAYS_MS.get(url);
  if (delayMs !== undefined) received.push([String(request.headers['webhook-id']), Date.now()]);
  for await (const _ of request);
  const waitMs = url === PATHS.slow ? SLOW_MS : (delayMs ?? 0);
  if (waitMs > 0) await sleep(waitMs);
  if (url === PATHS.chatty) response.setHeader('content-type', 'application/json').end(TALK);
  else response.end();
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : undefined}`;
  const urls = Object.entries(PATHS).map(([name, path]) => [name, origin + path]);
  stdout.write(`${JSON.stringify(Object.fromEntries(urls))}\n`);
});
