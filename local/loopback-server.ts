import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong with one call, for tests of what the functions do then. */
interface Fault {
  readonly delayMs?: number;
  /** The connection breaks: before the call was made, or after it took effect. */
  readonly lose?: 'request' | 'answer';
  /** Error of the service, such as `ProvisionedThroughputExceededException`. */
  readonly code?: string;
  /** @default 400 */
  readonly status?: number;
}

/** Asked at each call; the action is that of the API reference, or the method where there is none. */
export type FaultHook = (action: string) => Fault | undefined;

export interface LoopbackServer {
  readonly url: string;
  /** Takes no more requests; cuts off what is not answered by then. */
  readonly close: (graceMs?: number) => Promise<void>;
}

/** Longer than clients keep a connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 120_000;

/** The same at a port where nobody else is, else at any that is free. */
export async function listenPreferably(server: Server, port: number): Promise<LoopbackServer> {
  try {
    return await listen(server, port);
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken) throw error;
    return await listen(server);
  }
}

/** Listens on 127.0.0.1 only. Rejects with the error of `listen`, such as `EADDRINUSE`. */
export async function listen(server: Server, port = 0): Promise<LoopbackServer> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${portOf(address)}`,
    close: (graceMs = 0) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** What of a service's protocol an injected fault needs to know. */
export interface Wire {
  /** By the API reference. */
  readonly actionOf: (request: IncomingMessage) => string;
  readonly errorOf: (
    request: IncomingMessage,
    code: string,
  ) => readonly [headers: Readonly<Record<string, string>>, body: string];
}

/** Of services whose requests name a target, and of S3, whose requests name none. */
const TARGET_OR_S3: Wire = { actionOf, errorOf };

/** A server whose calls can be made to fail. */
export function faultyServer(
  listener: RequestListener,
  faults: FaultHook,
  wire = TARGET_OR_S3,
): Server {
  return createServer((request, response) => {
    const fault = faults(wire.actionOf(request));
    if (fault === undefined) listener(request, response);
    else void inject(fault, request, response, { listener, wire });
  });
}

async function inject(
  fault: Fault,
  request: IncomingMessage,
  response: Parameters<RequestListener>[1],
  { listener, wire }: { readonly listener: RequestListener; readonly wire: Wire },
): Promise<void> {
  if (fault.delayMs !== undefined) await sleep(fault.delayMs);
  if (fault.lose === 'request') {
    request.socket.destroy();
    return;
  }
  if (fault.code !== undefined) {
    request.resume();
    const [headers, body] = wire.errorOf(request, fault.code);
    response.writeHead(fault.status ?? 400, headers);
    response.end(body);
    return;
  }
  if (fault.lose === 'answer') response.end = () => response.destroy();
  listener(request, response);
}

function errorOf({ headers }: IncomingMessage, code: string): ReturnType<Wire['errorOf']> {
  return headers['x-amz-target'] === undefined
    ? [
        { 'content-type': 'application/xml' },
        `<Error><Code>${code}</Code><Message>injected fault</Message></Error>`,
      ]
    : [
        { 'content-type': 'application/x-amz-json-1.0' },
        JSON.stringify({ __type: code, message: 'injected fault' }),
      ];
}

/** The action that a request asks for, by the API reference; its method where it names none. */
export function actionOf(request: IncomingMessage): string {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string'
    ? target.slice(target.indexOf('.') + 1)
    : (request.method ?? '');
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('server has no port');
  return address.port;
}

/** Reads a body. Resolves with undefined as soon as it is longer than the limit. */
export function readBody(
  request: IncomingMessage,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) resolve(undefined);
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
