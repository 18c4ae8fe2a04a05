import { exchange, type HttpCall } from './exchange.ts';

interface Options {
  readonly requestTimeout?: number;
}

/** What the SDK reads answers from. */
class Body {
  readonly bytes: Buffer;

  constructor(body: string | Uint8Array) {
    this.bytes = Buffer.from(body);
  }

  async *[Symbol.asyncIterator]() {
    yield this.bytes;
  }

  destroy(): void {}
}

/** The transport of the SDK's clients, in place of sockets. */
export class SimulatedHttpHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #options: Options;

  constructor(options: Options = {}) {
    this.#options = options;
  }

  async handle(call: HttpCall, { abortSignal }: { abortSignal?: AbortSignal } = {}) {
    const patience = { signal: abortSignal, timeoutMs: this.#options.requestTimeout };
    const { statusCode, headers, body } = await exchange(call, patience);
    return { response: { statusCode, headers, body: new Body(body) } };
  }
}
