import * as z from 'zod/mini';
import type { Keep } from '../keep/keep.ts';
import type { ApiRequest } from './exchange.ts';
import { type SpentSend, spentSend } from './spent-sends.ts';

/** A request, and where the providers' webhooks went then. */
export interface KeptRequest extends ApiRequest {
  readonly callbackUrl: string;
}

const whole = z.object({
  at: z.number(),
  ...{ method: z.string(), path: z.string(), query: z.string(), callbackUrl: z.string() },
  ...{ authorization: z.optional(z.string()), contentType: z.string(), origin: z.string() },
  /** Base64. */
  body: z.string(),
});
const schema = z.union([whole, z.object({ spent: spentSend })]);

type Written = z.output<typeof whole>;

export type Kept = { readonly key: string } & (
  | { readonly request: KeptRequest; readonly at: number }
  | { readonly spent: SpentSend }
);

/** Keeps what the stand-in was asked, and up to when it has told what came of it. */
export function keptRequests(keep: Keep) {
  const shelf = keep.shelf('whatsapp', (json) => schema.parse(json));
  const told = keep.shelf('whatsapp.told', (json) => z.number().parse(json));
  const all = shelf.entries();
  let last = Number(all.at(-1)?.[0] ?? 0);
  return {
    all: (): readonly Kept[] =>
      all.map(([key, one]) =>
        'spent' in one ? { key, spent: one.spent } : { key, request: read(one), at: one.at },
      ),
    toldUntil: () => told.entries()[0]?.[1] ?? 0,
    /** Returns its key; undefined for what only looks, which changes nothing. */
    put: (request: KeptRequest, at: number): string | undefined => {
      if (request.method === 'GET') return undefined;
      last += 1;
      const key = String(last).padStart(12, '0');
      shelf.put(key, write(request, at));
      return key;
    },
    /** Has what came of a send take the place of its request. */
    spend: (key: string, spent: SpentSend) => shelf.put(key, { spent }),
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
