import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { type LoopbackServer, listen, readBody } from '../loopback-server.ts';
import { providerFile } from './provider-file.ts';

export interface MediaStandIn {
  /** Where a function finds Graph, and WasenderApi. */
  readonly urls: { readonly meta: string; readonly wasender: string };
  readonly close: LoopbackServer['close'];
}

interface Answer {
  readonly status: number;
  readonly body: Buffer | object;
}

type Route = (id: string, request: IncomingMessage, origin: string) => Promise<Answer> | Answer;

const MAX_BODY_BYTES = 1_000_000;

const decryptRequest = z.object({
  data: z.object({ messages: z.object({ key: z.object({ id: z.string() }) }) }),
});

/** Hands out files as Meta's Graph and WasenderApi do, for one token each. */
export async function serveMedia(tokens: {
  readonly meta: string;
  readonly wasender: string;
}): Promise<MediaStandIn> {
  const routes: readonly (readonly [method: string, path: RegExp, Route])[] = [
    ['GET', /^\/graph\/v23\.0\/(\d+)$/, ofMeta(tokens.meta, graphObject)],
    ['GET', /^\/attachments\/([^/?]+)$/, ofMeta(tokens.meta, (id) => ok(providerFile(id).bytes))],
    ['POST', /^\/wasender\/api\/decrypt-media$/, ofWasender(tokens.wasender, decryptMedia)],
    ['GET', /^\/wasender\/decrypted-media\/([^/?]+)$/, (id) => ok(providerFile(id).bytes)],
  ];
  const server = await listen(
    createServer((request, response) => {
      const origin = `http://${request.headers.host}`;
      const { method, url = '' } = request;
      const found = routes.find(([verb, path]) => verb === method && path.test(url));
      const id = decodeURIComponent(found?.[1].exec(url)?.[1] ?? '');
      Promise.try(() => found?.[2](id, request, origin) ?? unknownObject()).then(
        (answer) => send(response, answer),
        () => response.destroy(),
      );
    }),
  );
  return {
    urls: { meta: `${server.url}/graph/v23.0`, wasender: `${server.url}/wasender/api` },
    close: server.close,
  };
}

function graphObject(id: string, _: IncomingMessage, origin: string): Answer {
  const { bytes, sha256 } = providerFile(id);
  return ok({
    messaging_product: 'whatsapp',
    url: `${origin}/attachments/${encodeURIComponent(id)}`,
    mime_type: 'application/octet-stream',
    sha256: sha256.toString('hex'),
    file_size: String(bytes.length),
    id,
  });
}

async function decryptMedia(_: string, request: IncomingMessage, origin: string): Promise<Answer> {
  const body = await readBody(request, MAX_BODY_BYTES);
  const { success, data } = decryptRequest.safeParse(JSON.parse(body?.toString() ?? 'null'));
  if (!success) return { status: 422, body: { success: false, message: 'Validation failed.' } };
  const { id } = data.data.messages.key;
  return ok({ publicUrl: `${origin}/wasender/decrypted-media/${encodeURIComponent(id)}` });
}

function ofMeta(token: string, route: Route): Route {
  const error = { message: 'Invalid OAuth access token.', type: 'OAuthException', code: 190 };
  return authorized(token, route, { error });
}

function ofWasender(token: string, route: Route): Route {
  return authorized(token, route, { success: false, message: 'Unauthenticated.' });
}

function authorized(token: string, route: Route, refusal: object): Route {
  return (id, request, origin) =>
    request.headers.authorization === `Bearer ${token}`
      ? route(id, request, origin)
      : { status: 401, body: refusal };
}

function ok(body: Answer['body']): Answer {
  return { status: 200, body };
}

/** As Graph says it of whatever it does not know, in its 400. */
function unknownObject(): Answer {
  const error = { message: 'Unsupported get request.', type: 'GraphMethodException', code: 100 };
  return { status: 400, body: { error } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const isFile = Buffer.isBuffer(body);
  const bytes = isFile ? body : Buffer.from(JSON.stringify(body));
  const contentType = isFile ? 'application/octet-stream' : 'application/json';
  response.writeHead(status, { 'content-type': contentType, 'content-length': bytes.length });
  response.end(bytes);
}
