import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Exchange } from '../providers/send-answer.ts';
import { startDeadline } from '../shared/aws/deadline.ts';

interface PostRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** Without it nothing is posted, but asked for. */
  readonly body?: string;
}

/** Posts JSON once, or asks for some. Never rejects: what came of it tells whether the provider may have got it. */
export type PostOnce = (url: string, request: PostRequest) => Promise<Exchange>;

/** Of connecting, sending and reading together. */
const TIMEOUT_MS = 15_000;
/** A connection that was idle for longer may be closed at the other end, and what goes into it is lost. */
const IDLE_MS = 4000;
const MAX_ANSWER_BYTES = 65_536;

/** Posts over connections that are kept for the next message. Nothing is tried again here. */
export function httpsPostOnce({ timeoutMs = TIMEOUT_MS } = {}): PostOnce {
  const kept = { keepAlive: true, timeout: IDLE_MS };
  const agents = { 'http:': new http.Agent(kept), 'https:': new https.Agent(kept) };
  return async (url, { headers, body }) => {
    const target = new URL(url);
    const isPlain = target.protocol === 'http:';
    using deadline = startDeadline(timeoutMs);
    const { signal } = deadline;
    const request = (isPlain ? http : https).request(target, {
      agent: agents[isPlain ? 'http:' : 'https:'],
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...headers,
        accept: 'application/json',
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
        'user-agent': 'Floodgate/1',
      },
      signal,
    });
    return await exchange(request, body, isPlain ? 'connect' : 'secureConnect');
  };
}

function exchange(
  request: ClientRequest,
  body: string | undefined,
  connected: 'connect' | 'secureConnect',
): Promise<Exchange> {
  return new Promise((resolve) => {
    // Until it is connected, nothing of the request has left.
    let mayHaveLeft = false;
    request.once('socket', (socket) => {
      if (request.reusedSocket) mayHaveLeft = true;
      else socket.once(connected, () => (mayHaveLeft = true));
    });
    request.once('response', (response) => {
      readAnswer(response).then(resolve, (error: unknown) =>
        resolve({ kind: 'lost', fault: codeOf(error) }),
      );
    });
    request.on('error', (error) =>
      resolve({ kind: mayHaveLeft ? 'lost' : 'unsent', fault: codeOf(error) }),
    );
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Exchange> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headers } = response;
  const json = bytes > MAX_ANSWER_BYTES ? undefined : parse(Buffer.concat(chunks).toString('utf8'));
  return { kind: 'answer', status, retryAfter: headers['retry-after'], json };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error ? String(error.code) : error.name;
}
