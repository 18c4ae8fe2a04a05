import { Readable } from 'node:stream';
import { HttpResponse } from '@smithy/core/transport';
import { exchange } from './exchange.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';

interface Options {
  readonly requestTimeout?: number;
}

/** The transport of the SDK's clients, in place of sockets. */
export class SimulatedHttpHandler {
  static create(handler: SimulatedHttpHandler): SimulatedHttpHandler {
    return handler;
  }

  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #options: Options;

  constructor(options: Options = {}) {
    this.#options = options;
  }

  exchange(call: HttpCall, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    return exchange(call, { signal, timeoutMs: this.#options.requestTimeout });
  }

  async handle(call: HttpCall, { abortSignal }: { abortSignal?: AbortSignal } = {}) {
    const { statusCode, headers, body } = await this.exchange(call, abortSignal);
    const bytes = Buffer.from(body);
    const stream = Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false });
    return { response: new HttpResponse({ statusCode, headers, body: stream }) };
  }
}
