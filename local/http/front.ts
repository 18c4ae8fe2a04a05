import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { InvocationResult } from '../functions/execution-environment.ts';
import { type LoopbackServer, listen, readBody } from '../loopback-server.ts';
import { httpEvent, type Routed } from './event.ts';
import { type HttpAnswer, plainAnswer, toAnswer } from './result.ts';
import { routeTable, splitUrl } from './routes.ts';
import { isThisMachine } from './this-machine.ts';

export interface HttpRoute {
  /** Such as `GET /v1/contacts/{contact}`. */
  readonly key: string;
  readonly authorization: string;
  readonly invoke: (event: unknown) => Promise<InvocationResult>;
}

export interface HttpFrontOptions {
  readonly routes: readonly HttpRoute[];
  /** @default any free one */
  readonly port?: number | undefined;
  /** @default 30000, the limit of HTTP APIs */
  readonly integrationTimeoutMs?: number | undefined;
  /** What is served at the same port beside the API, where it takes a request. @default nothing */
  readonly beside?: RequestTaker | undefined;
  /** Hears of each answer; the route key is undefined where no route matched. */
  readonly onAnswer?: (routeKey: string | undefined, status: number, milliseconds: number) => void;
}

/** Answers a request, or leaves it untouched and says that it does not. */
export type RequestTaker = (request: IncomingMessage, response: ServerResponse) => boolean;

interface Answered {
  readonly routeKey?: string;
  readonly answer: HttpAnswer;
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
/** JSON may write a byte as six. */
const MAY_EXCEED_BYTES = MAX_EVENT_BYTES / 6 - 10_000;

/** The HTTP API: finds the route, invokes its function, answers as API Gateway does. */
export async function serveHttpApi(options: HttpFrontOptions): Promise<LoopbackServer> {
  const match = routeTable(options.routes);
  const timeoutMs = options.integrationTimeoutMs ?? 30_000;
  const handle = async (request: IncomingMessage): Promise<Answered> => {
    const { path } = splitUrl(request);
    if (!isEncoded(path)) return { answer: plainAnswer(400, 'Bad Request') };
    const matched = match(request.method ?? '', path);
    if (matched === undefined) return { answer: plainAnswer(404, 'Not Found') };
    const { route, pathParameters } = matched;
    const { key: routeKey, authorization } = route;
    if (authorization !== 'NONE' && isOfAnotherSite(request)) {
      return { routeKey, answer: plainAnswer(403, 'Forbidden') };
    }
    const event = await readEvent(request, { routeKey, pathParameters, authorization });
    if (event === undefined) {
      return { routeKey, answer: plainAnswer(413, 'Request Entity Too Large') };
    }
    return { routeKey, answer: await integrate(route.invoke(event), timeoutMs) };
  };
  return listen(
    createServer((request, response) => {
      if (options.beside?.(request, response) === true) return;
      void respond(request, response, handle, options.onAnswer);
    }),
    options.port,
  );
}

/**
 * What is signed in AWS is open here, but not to pages of other sites that are open in a browser of this machine, nor
 * to whom a tunnel leads here that is there for webhooks.
 */
function isOfAnotherSite({ headers: { origin, host } }: IncomingMessage): boolean {
  return !isThisMachine(host) || (origin !== undefined && origin !== `http://${host}`);
}

/** Undefined where the body is too large for API Gateway, or the event for Lambda. */
async function readEvent(request: IncomingMessage, routed: Routed) {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) return undefined;
  const event = httpEvent(request, body, routed);
  const isTooLarge =
    body.length > MAY_EXCEED_BYTES && Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES;
  return isTooLarge ? undefined : event;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: IncomingMessage) => Promise<Answered>,
  onAnswer: HttpFrontOptions['onAnswer'],
): Promise<void> {
  const start = performance.now();
  try {
    const { routeKey, answer } = await handle(request);
    const { status, headers, body } = answer;
    if (!request.complete) response.shouldKeepAlive = false;
    response.writeHead(status, { ...headers });
    response.end(body);
    onAnswer?.(routeKey, status, performance.now() - start);
  } catch {
    // Only reading the request can fail here, so nobody waits for the answer.
    response.destroy();
  }
}

async function integrate(
  invoked: Promise<InvocationResult>,
  timeoutMs: number,
): Promise<HttpAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<HttpAnswer>((resolve) => {
    timer = setTimeout(() => resolve(plainAnswer(503, 'Service Unavailable')), timeoutMs);
  });
  const answered = invoked.then((result) =>
    result.ok ? toAnswer(result.result) : plainAnswer(500, 'Internal Server Error'),
  );
  const answer = await Promise.race([answered, timeout]);
  clearTimeout(timer);
  return answer;
}

function isEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
