import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';

interface Posted {
  readonly status: number;
  readonly text: string;
}

/** Rejects where no whole answer comes in time, or before the signal ends. */
export type Post = (
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  signal: AbortSignal,
) => Promise<Posted>;

/** Without it a host that takes no connections would cost the time of an answer. */
const CONNECT_MS = 1000;

/** At a time: more only wait for each other. */
const MOST_CONNECTIONS = 50;

/** Posts to the path `/` of one host, over connections that are kept for the next request. */
export function poster({ protocol, hostname, port }: URL, timeoutMs: number): Post {
  const { Agent, request } = protocol === 'http:' ? http : https;
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });
  const options = { agent, hostname, port, method: 'POST', path: '/' };

  return (headers, body, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<Posted>();
    let answer: IncomingMessage | undefined;
    const sent = request(options, (response) => {
      answer = response;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      });
    });
    for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
    sent.setHeader('content-length', body.length);
    const stop = (why: string) => (answer ?? sent).destroy(stopped(why));
    const abort = () => stop('AbortError');
    const timer = setTimeout(stop, timeoutMs, 'ETIMEDOUT');
    let connecting: NodeJS.Timeout | undefined;
    // What waits for one of the connections has no time limit of its own.
    sent.once('socket', (socket) => {
      if (!socket.connecting) return;
      connecting = setTimeout(stop, CONNECT_MS, 'ETIMEDOUT');
      socket.once('connect', () => clearTimeout(connecting));
    });
    sent.on('error', reject);
    sent.end(body);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
    return promise.finally(() => {
      clearTimeout(timer);
      clearTimeout(connecting);
      signal.removeEventListener('abort', abort);
    });
  };
}

function stopped(code: string): Error {
  return Object.assign(new Error('stopped waiting for an answer'), { code });
}
