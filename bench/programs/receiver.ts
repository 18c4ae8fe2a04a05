import { createServer } from 'node:http';
import { stdout } from 'node:process';

/**
 * Paths of an endpoint that answers at once, of one that never does, of one that talks at length, and
 * of what came to the first.
 */
const PATHS = { live: '/live', silent: '/silent', chatty: '/chatty', received: '/received' };

const TALK_BYTES = 64 * 1024;
const entry = '{"id":17,"ok":true,"by":"somebody"},';
const TALK = `[${entry.repeat(TALK_BYTES / entry.length)}17]`;

/** When each event came, by its `webhook-id`, in ms since 1970. */
let received: [id: string, atMs: number][] = [];

/** A subscriber's endpoint. It writes its address on one line when it is ready. */
const server = createServer(async (request, response) => {
  if (request.url === PATHS.silent) return;
  if (request.url === PATHS.received) {
    response.end(JSON.stringify(received));
    received = [];
    return;
  }
  if (request.url === PATHS.chatty) {
    for await (const _ of request);
    response.setHeader('content-type', 'application/json').end(TALK);
    return;
  }
  received.push([String(request.headers['webhook-id']), Date.now()]);
  for await (const _ of request);
  response.end();
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : undefined}`;
  const urls = Object.entries(PATHS).map(([name, path]) => [name, origin + path]);
  stdout.write(`${JSON.stringify(Object.fromEntries(urls))}\n`);
});
