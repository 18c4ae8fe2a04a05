import * as z from 'zod/mini';
import type { Keep } from '../keep/keep.ts';
import type { ApiRequest } from './exchange.ts';

/** A request, and where the providers' webhooks went then. */
export interface KeptRequest extends ApiRequest {
  readonly callbackUrl: string;
}

const schema = z.object({
  at: z.number(),
  ...{ method: z.string(), path: z.string(), query: z.string(), callbackUrl: z.string() },
  ...{ authorization: z.optional(z.string()), contentType: z.string(), origin: z.string() },
  /** Base64. */
  body: z.string(),
});

type Written = z.output<typeof schema>;

/** Keeps what the stand-in was asked, and up to when it has told what came of it. */
export function keptRequests(keep: Keep) {
  const shelf = keep.shelf('whatsapp', (json) => schema.parse(json));
  const told = keep.shelf('whatsapp.told', (json) => z.number().parse(json));
  const all = shelf.entries();
  let count = all.length;
  return {
    all: () => all.map(([, written]) => ({ request: read(written), at: written.at })),
    toldUntil: () => told.entries()[0]?.[1] ?? 0,
    /** What only looks changes nothing. */
    put: (request: KeptRequest, at: number) => {
      if (request.method === 'GET') return;
      count += 1;
      shelf.put(String(count).padStart(12, '0'), write(request, at));
    },
    told: (until: number) => told.put('until', until),
  };
}

function write({ query, body, ...request }: KeptRequest, at: number): Written {
  return { ...request, at, query: String(query), body: body.toString('base64') };
}

function read({ at: _, query, body, authorization, ...request }: Written): KeptRequest {
  return {
    ...{ ...request, authorization, query: new URLSearchParams(query) },
    body: Buffer.from(body, 'base64'),
  };
}
