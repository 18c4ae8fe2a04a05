import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import type { SelfSigned } from './self-signed.ts';

/** What functions reach beyond AWS, over TLS: a subscriber's endpoint, and Meta, that sends messages and has files. */
export interface Outside extends AsyncDisposable {
  readonly endpointUrl: string;
  readonly graphUrl: string;
  /** Bytes that came over the wire, encrypted, since this was asked for the last time. */
  readonly takeBytes: () => number;
}

/** As long as the files that the estimates speak of. */
export const FILE_BYTES = 100_000;

const FILE = Buffer.alloc(FILE_BYTES, 'floodgate');
/** In hex. */
export const FILE_SHA256 = createHash('sha256').update(FILE).digest('hex');

/** Answers at once, and takes everything. */
export async function startOutside({ key, certificate }: SelfSigned): Promise<Outside> {
  const server = createServer({ key, cert: certificate }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 120_000;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const origin = `https://127.0.0.1:${typeof address === 'object' ? address?.port : undefined}`;
  let taken = 0;
  return {
    endpointUrl: `${origin}/hook`,
    graphUrl: `${origin}/graph`,
    takeBytes: () => {
      const before = taken;
      taken = [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0);
      return taken - before;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const { url = '', headers } = request;
  if (url.endsWith('/messages')) {
    response.setHeader('content-type', 'application/json');
    response.end(sentMessage(body));
  } else if (url.startsWith('/graph/')) {
    const id = url.slice('/graph/'.length);
    response.setHeader('content-type', 'application/json');
    response.end(graphObject(id, `https://${headers.host}/file/${id}`));
  } else if (url.startsWith('/file/')) {
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': FILE_BYTES });
    response.end(FILE);
  } else {
    response.end();
  }
}

const sendSchema = z.object({ to: z.string(), biz_opaque_callback_data: z.string() });

/** About as long as Meta's. */
export function wamidFor(mark: string): string {
  return `wamid.${Buffer.from(mark).toString('base64')}`;
}

/** As Graph takes a message. */
function sentMessage(body: string): string {
  const { to, biz_opaque_callback_data: mark } = sendSchema.parse(JSON.parse(body));
  return JSON.stringify({
    messaging_product: 'whatsapp',
    contacts: [{ input: to, wa_id: to.slice(1) }],
    messages: [{ id: wamidFor(mark) }],
  });
}

function graphObject(id: string, url: string): string {
  const file = { mime_type: 'image/jpeg', sha256: FILE_SHA256, file_size: String(FILE_BYTES) };
  return JSON.stringify({ messaging_product: 'whatsapp', url, ...file, id });
}
