import type { Provider } from '../events/event.ts';
import type { MediaSource } from '../providers/media-file.ts';
import type { ProviderUrls } from '../providers/urls.ts';
import { isProviderUrl } from './host.ts';
import {
  type Locating,
  type MediaLocation,
  type ProviderAnswer,
  readGraphAnswer,
  readWasenderAnswer,
  retryAfterOf,
} from './location.ts';

/** The token of a channel; undefined where it has none. */
export type TokenOf = (provider: Provider, channel: string) => Promise<string | undefined>;

/** Asks the provider where a file is now. Rejects with the signal's reason only. */
export type LocateMedia = (
  source: MediaSource,
  channel: string,
  signal: AbortSignal,
) => Promise<Locating>;

/** An answer is some hundred bytes; what is longer is none. */
const MAX_ANSWER_BYTES = 65_536;
const ANSWER_MS = 20_000;

export function mediaLocator(urls: ProviderUrls, tokenOf: TokenOf): LocateMedia {
  return async (source, channel, signal) => {
    const token = await tokenOf(source.provider, channel);
    if (token === undefined) return { ok: false, reason: 'no-token' };
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    if (source.provider === 'meta') {
      const url = `${urls.meta}/${encodeURIComponent(source.mediaId)}`;
      return readGraphAnswer(await ask(url, { headers }, signal), token);
    }
    const request = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ data: { messages: source.message } }),
    };
    return readWasenderAnswer(await ask(`${urls.wasender}/decrypt-media`, request, signal));
  };
}

const NO_ANSWER: ProviderAnswer = { status: 503, retryAfter: undefined, json: undefined };

async function ask(
  url: string,
  request: RequestInit,
  signal: AbortSignal,
): Promise<ProviderAnswer> {
  const timed = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const answer = await fetch(url, { ...request, redirect: 'manual', signal: timed });
    const retryAfter = answer.headers.get('retry-after') ?? undefined;
    return { status: answer.status, retryAfter, json: parse(await boundedText(answer)) };
  } catch {
    signal.throwIfAborted();
    return NO_ANSWER;
  }
}

async function boundedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * - `gone`: this URL hands nothing out any more
 * - `host`: it is none of the provider's, and was not called
 */
export type OpenedMedia =
  | {
      readonly ok: true;
      readonly mimeType: string | undefined;
      readonly sizeBytes: number | undefined;
      /** To be read to the end, or given up with `return`. */
      readonly chunks: AsyncIterable<Uint8Array>;
    }
  | {
      readonly ok: false;
      readonly reason: 'gone' | 'host' | 'token' | 'throttled' | 'unavailable';
      readonly retryAfterSeconds?: number | undefined;
    };

/** Begins to fetch a file. Rejects with the signal's reason only. */
export type OpenMedia = (
  provider: Provider,
  location: MediaLocation,
  signal: AbortSignal,
) => Promise<OpenedMedia>;

export function mediaOpener(urls: ProviderUrls): OpenMedia {
  return async (provider, { url, headers }, signal) => {
    if (!isProviderUrl(provider, url, urls[provider])) return { ok: false, reason: 'host' };
    try {
      // Compressed on the way, the length would be another. A redirect could lead anywhere.
      const request = { headers: { ...headers, 'accept-encoding': 'identity' } };
      const answer = await fetch(url, { ...request, redirect: 'manual', signal });
      return opened(answer);
    } catch {
      signal.throwIfAborted();
      return { ok: false, reason: 'unavailable' };
    }
  };
}

async function opened(answer: Response): Promise<OpenedMedia> {
  const { status, headers, body } = answer;
  if (status === 200 && body !== null) {
    const length = headers.get('content-length');
    return {
      ok: true,
      mimeType: headers.get('content-type') ?? undefined,
      sizeBytes: length === null ? undefined : Number(length),
      chunks: body,
    };
  }
  await body?.cancel();
  const retryAfterSeconds = retryAfterOf(headers.get('retry-after') ?? undefined);
  if (status === 401) return { ok: false, reason: 'token' };
  if (status === 429) return { ok: false, reason: 'throttled', retryAfterSeconds };
  const isGone = status >= 400 && status < 500 && status !== 408;
  return { ok: false, reason: isGone ? 'gone' : 'unavailable' };
}
