import { IncomingMessage, type ServerResponse } from 'node:http';
import { buildApp } from 'fauxqs';
import type { Keep } from '../keep/keep.ts';
import {
  type FaultHook,
  faultyServer,
  type LoopbackServer,
  listenPreferably,
  readBody,
} from '../loopback-server.ts';
import { authenticator } from '../signature/authenticator.ts';
import { readPostedObject } from '../signature/post-policy.ts';
import { ApiError, type Guard } from './json-protocol.ts';
import { isWrite, keptObjects } from './kept-objects.ts';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** An in-memory S3 with buckets of these names, and in them what was kept. */
export async function serveS3(
  buckets: readonly string[],
  faults: FaultHook,
  guard: Guard,
  now: () => number = Date.now,
  port = 0,
  keep?: Keep,
): Promise<LoopbackServer> {
  const emulator = buildApp({ logger: false, host: '127.0.0.1' });
  await emulator.ready();
  for (const bucket of buckets) {
    const { statusCode } = await emulator.inject({ method: 'PUT', url: `/${bucket}` });
    if (statusCode !== 200) throw new Error(`S3 refused the bucket ${bucket} with ${statusCode}`);
  }
  const objects = keep && keptObjects((request) => emulator.inject(request), keep);
  await objects?.restore();
  const authenticate = authenticator('s3', now);
  const putPosted = async (url: string, body: Buffer, request: IncomingMessage) => {
    const bucket = pathOf(url).split('/')[1] ?? '';
    const { 'content-type': type = '' } = request.headers;
    const { accessKeyId, ...posted } = await readPostedObject(bucket, body, type, now);
    guard(accessKeyId, 'PUT', `/${bucket}/${posted.key}`);
    const put = { method: 'PUT', url: `/${bucket}/${escaped(posted.key)}` } as const;
    const headers = { 'content-type': posted.contentType || 'binary/octet-stream' };
    await emulator.inject({ ...put, headers, payload: posted.content });
    await objects?.keep(put.url, posted.content);
  };
  const head = (url: string) => emulator.inject({ method: 'HEAD', url });
  const isNoObject = async (url: string) => (await head(url)).statusCode === 404;
  const isAsRead = async (url: string, etag: string) => (await head(url)).headers['etag'] === etag;
  // The emulator knows conditions of reads only.
  const checkIsAsRead = async ({ url = '', headers: { 'if-match': etag } }: IncomingMessage) => {
    if (etag === undefined || (await isAsRead(pathOf(url), etag))) return;
    throw new ApiError('PreconditionFailed', 'the object is another by now', undefined, 412);
  };
  const check = async (request: IncomingMessage, accessKeyId: string) => {
    const { method = '', url = '' } = request;
    guard(accessKeyId, method, url);
    const isMissing = READS.has(method) && (await isNoObject(url));
    if (isMissing) guard(accessKeyId, 'LIST', bucketOf(url));
    if (method === 'PUT') await checkIsAsRead(request);
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '' } = request;
    // By it the SDK's client corrects its own clock, and what it signs.
    response.setHeader('date', new Date(now()).toUTCString());
    const body = (await readBody(request)) ?? Buffer.of();
    if (method === 'POST' && isForm(request)) {
      await putPosted(url, body, request);
      response.writeHead(204).end();
      return;
    }
    const { accessKeyId, content } = authenticate(request, body);
    await check(request, accessKeyId);
    if (objects !== undefined && isWrite(method)) {
      afterwards(response, () => objects.keep(url, content));
    }
    emulator.server.emit('request', handedOn(request, content), response);
  };
  const server = await listenPreferably(
    faultyServer((request, response) => {
      serve(request, response).catch((error: unknown) => refuse(response, error));
    }, faults),
    port,
  );
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await emulator.close();
    },
  };
}

/** Does something before the last of an answer goes out. */
function afterwards(response: ServerResponse, work: () => Promise<void>): void {
  const end = response.end.bind(response);
  response.end = (...last: unknown[]) => {
    work().then(
      () => Reflect.apply(end, response, last),
      () => response.destroy(),
    );
    return response;
  };
}

/** The same request with a body that nobody has read yet, and without the frames of its chunks. */
function handedOn(request: IncomingMessage, content: Buffer): IncomingMessage {
  const again = new IncomingMessage(request.socket);
  const { method, url, httpVersion, httpVersionMajor, httpVersionMinor } = request;
  const encoding = String(request.headers['content-encoding'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'aws-chunked')
    .join(',');
  const { 'content-encoding': _, 'transfer-encoding': __, ...headers } = request.headers;
  Object.assign(again, { method, url, httpVersion, httpVersionMajor, httpVersionMinor });
  again.headers = {
    ...headers,
    'content-length': String(content.length),
    ...(encoding !== '' && { 'content-encoding': encoding }),
  };
  again.push(content.length === 0 ? null : content);
  if (content.length > 0) again.push(null);
  again.complete = true;
  return again;
}

function isForm({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('multipart/form-data') === true;
}

function escaped(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

function pathOf(url: string): string {
  return new URL(url, 'http://s3').pathname;
}

/** Only who may list it is told that something is not there. */
function bucketOf(url: string): string {
  return url.slice(0, url.indexOf('/', 1));
}

function refuse(response: ServerResponse, error: unknown): void {
  if (!(error instanceof ApiError)) {
    response.destroy();
    return;
  }
  const isDenied = error.code === 'AccessDeniedException';
  response.writeHead(isDenied ? 403 : error.status, { 'content-type': 'application/xml' });
  response.end(
    `<Error><Code>${isDenied ? 'AccessDenied' : error.code}</Code><Message>${error.message}</Message></Error>`,
  );
}
