import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { GRAPH_VERSION } from '../../lambda/providers/urls.ts';
import { LocalClock } from '../clock.ts';
import { splitUrl } from '../http/routes.ts';
import { listenPreferably, readBody } from '../loopback-server.ts';
import type { ApiRequest, Reaction } from './exchange.ts';
import type { Player, PlayerOptions } from './player.ts';
import type { World } from './world.ts';

export interface WhatsAppOptions extends Pick<PlayerOptions, 'tokens'> {
  /** Where webhooks go, once that is known. @default they are kept */
  readonly target?: PlayerOptions['target'];
  /** @default the machine's */
  readonly clock?: PlayerOptions['clock'];
  /** Decides what comes late, twice and in disorder. @default 1 */
  readonly seed?: number;
  /** Where it listens, if nobody else does. @default any free one */
  readonly port?: number;
  /** @default nothing is kept */
  readonly keep?: PlayerOptions['keep'];
  readonly mostBodies?: PlayerOptions['mostBodies'];
}

export interface WhatsApp {
  /** Both APIs: in place of `https://graph.facebook.com` and `https://www.wasenderapi.com`. */
  readonly url: string;
  /** Where a function finds Graph, with the version, and WasenderApi. */
  readonly urls: { readonly meta: string; readonly wasender: string };
  /** What is played; made when somebody asks for the first time. */
  readonly world: () => Promise<World>;
  /** Tells nobody anything more. */
  readonly close: () => Promise<void>;
}

/** A little more than the largest file that may be uploaded. */
const MAX_BODY_BYTES = 110_000_000;

/** Plays Meta's Graph and WasenderApi for one business, and the people that it writes to. */
export async function serveWhatsApp(options: WhatsAppOptions): Promise<WhatsApp> {
  const { tokens, seed = 1, clock = new LocalClock(), port = 0, keep, mostBodies } = options;
  const target = options.target ?? new Promise<never>(() => undefined);
  const closing = new AbortController();
  let player: Promise<Player> | undefined;
  // Loaded here, so that a stack that sends nothing pays nothing for it.
  const play = () => {
    player ??= import('./player.ts').then(({ startPlayer }) =>
      startPlayer({ tokens, seed, clock, target, keep, mostBodies }),
    );
    return player;
  };
  // What is kept may have something to tell.
  if (keep !== undefined) await play();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const read = await readRequest(request);
    const reaction = read && (await (await play()).answer(read));
    if (reaction === undefined || reaction.hangsUp) {
      request.socket.destroy();
      return;
    }
    if (reaction.afterMs !== undefined) await clock.sleep(reaction.afterMs, closing.signal);
    send(response, reaction);
  }

  const server = await listenPreferably(
    createServer((request, response) => {
      serve(request, response).catch(() => response.destroy());
    }),
    port,
  );
  return {
    url: server.url,
    urls: { meta: `${server.url}/${GRAPH_VERSION}`, wasender: `${server.url}/api` },
    world: async () => (await play()).world,
    close: async () => {
      closing.abort();
      (await player)?.stop();
      await server.close();
    },
  };
}

async function readRequest(request: IncomingMessage): Promise<ApiRequest | undefined> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) return undefined;
  const { path, query } = splitUrl(request);
  const { authorization, host, 'content-type': contentType = '' } = request.headers;
  return {
    ...{ method: request.method ?? '', path, query: new URLSearchParams(query), authorization },
    ...{ contentType, body, origin: `http://${host}` },
  };
}

function send(response: ServerResponse, { status, headers, body }: Reaction): void {
  const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
  const bytes = Buffer.from(isJson ? JSON.stringify(body) : body);
  const contentType = isJson ? 'application/json' : contentTypeOf(body);
  const length = bytes.length;
  response.writeHead(status, { 'content-type': contentType, 'content-length': length, ...headers });
  response.end(bytes);
}

function contentTypeOf(body: Reaction['body']): string {
  return typeof body === 'string' ? 'text/html' : 'application/octet-stream';
}
