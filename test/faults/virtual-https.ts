import { exchange, type HttpAnswer } from './exchange.ts';

interface Options {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly signal: AbortSignal;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly [Symbol.asyncIterator]: () => AsyncIterator<Uint8Array>;
  /** Bodies are there at once: nothing is left to destroy. */
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

function responseOf({ statusCode, headers, body }: HttpAnswer): Response {
  return {
    statusCode,
    headers,
    async *[Symbol.asyncIterator]() {
      yield Buffer.from(body);
    },
    destroy: () => undefined,
  };
}

/** What `node:https` and `node:http` export, as far as it is used. */
export const virtualHttps = { Agent: class {}, request };
