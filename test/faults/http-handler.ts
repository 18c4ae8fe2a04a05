import { inEnvironment } from './execution-environment.ts';

export interface HttpCall {
  readonly hostname: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

interface Options {
  readonly requestTimeout?: number;
}

/** What the SDK reads answers from. */
class Body {
  readonly bytes: Buffer;

  constructor(text: string) {
    this.bytes = Buffer.from(text);
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

  handle(call: HttpCall, { abortSignal }: { abortSignal?: AbortSignal } = {}): Promise<object> {
    const environment = inEnvironment.getStore();
    if (environment === undefined) throw new Error('a call from nowhere');
    const { time, network } = environment.surroundings;
    const { promise, resolve, reject } = Promise.withResolvers<object>();
    if (abortSignal?.aborted) return Promise.reject(failure('AbortError', 'Request aborted'));
    const abort = () => reject(failure('AbortError', 'Request aborted'));
    abortSignal?.addEventListener('abort', abort, { once: true });
    const cancel = time.after(this.#options.requestTimeout ?? 0x7fffffff, () =>
      environment.enter(() => reject(failure('TimeoutError', 'no answer in time'))),
    );
    const answered = (run: () => void) => {
      cancel();
      environment.enter(run);
    };
    network.send(environment, call, {
      answer: (answer) =>
        answered(() => {
          const { statusCode, headers, text } = answer;
          resolve({ response: { statusCode, headers, body: new Body(text) } });
        }),
      disconnect: () =>
        answered(() =>
          reject(Object.assign(failure('Error', 'socket hang up'), { code: 'ECONNRESET' })),
        ),
    });
    return promise.finally(() => {
      cancel();
      abortSignal?.removeEventListener('abort', abort);
    });
  }
}

function failure(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
