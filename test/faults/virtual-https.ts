import { exchange } from './exchange.ts';
import type { HttpAnswer } from './http-call.ts';
import { virtualTimersPromises } from './virtual-globals.ts';

interface Options {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly signal: AbortSignal;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly [Symbol.asyncIterator]: () => AsyncIterator<Uint8Array>;
  readonly destroy: () => void;
}

/** A `ClientRequest`, as far as it is used. */
class SimulatedRequest {
  readonly reusedSocket = false;
  readonly #send: (body: string) => Promise<Response>;
  readonly #onResponse: (response: Response) => void;
  #onError: (error: unknown) => void = () => undefined;

  constructor(send: (body: string) => Promise<Response>, onResponse: (response: Response) => void) {
    this.#send = send;
    this.#onResponse = onResponse;
  }

  on(_: 'error', listener: (error: unknown) => void): this {
    this.#onError = listener;
    return this;
  }

  end(body: string): void {
    this.#send(body).then(this.#onResponse, this.#onError);
  }
}

function request(
  { hostname, pathname: path }: URL,
  { method, headers, signal }: Options,
  onResponse: (response: Response) => void,
): SimulatedRequest {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  const call = { method, hostname, path, query: {}, headers: Object.fromEntries(texts) };
  const send = async (body: string) => responseOf(await exchange({ ...call, body }, { signal }));
  return new SimulatedRequest(send, onResponse);
}

const DRIPPED_BYTES = 1024;

/** A body that drips comes a kilobyte at a time; others are there at once. */
function responseOf({ statusCode, headers, body, dripMs }: HttpAnswer): Response {
  let isDestroyed = false;
  return {
    statusCode,
    headers,
    async *[Symbol.asyncIterator]() {
      const bytes = Buffer.from(body);
      const size = dripMs === undefined ? Math.max(bytes.length, 1) : DRIPPED_BYTES;
      for (let from = 0; from < bytes.length; from += size) {
        if (dripMs !== undefined) await virtualTimersPromises.setTimeout(dripMs, undefined);
        if (isDestroyed) throw new Error('aborted');
        yield bytes.subarray(from, from + size);
      }
    },
    destroy: () => {
      isDestroyed = true;
    },
  };
}

/** What `node:https` and `node:http` export, as far as it is used. */
export const virtualHttps = { Agent: class {}, request };
