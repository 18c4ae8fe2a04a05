import { exchange } from './exchange.ts';
import type { HttpAnswer } from './http-call.ts';

interface Init {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

const CHUNKS = 3;

/** A body of which a part comes at a time, if it comes whole. */
class FetchedBody {
  readonly #answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    this.#answer = answer;
  }

  async *[Symbol.asyncIterator]() {
    const bytes = Buffer.from(this.#answer.body);
    const size = Math.ceil(bytes.length / CHUNKS);
    for (let from = 0; from < bytes.length; from += size) {
      if (this.#answer.isCut === true && from > 0) throw new TypeError('terminated');
      yield bytes.subarray(from, from + size);
    }
  }

  async cancel(): Promise<void> {}
}

/** `fetch`, as far as it is used. */
export async function virtualFetch(url: string, init: Init = {}) {
  const { method = 'GET', headers = {}, body, signal } = init;
  const { hostname, pathname, searchParams } = new URL(url);
  const query = Object.fromEntries(searchParams);
  const answer = await exchange(
    { method, hostname, path: pathname, query, headers, body },
    { signal },
  );
  return {
    status: answer.statusCode,
    headers: new Headers(answer.headers),
    body: new FetchedBody(answer),
  };
}
