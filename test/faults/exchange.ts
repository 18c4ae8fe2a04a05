import { inEnvironment } from './execution-environment.ts';

export interface HttpCall {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Whether the connection ends in the middle of the body. @default false */
  readonly isCut?: boolean;
  /** How long whoever answers takes. @default 0 */
  readonly afterMs?: number;
  /** What lies between the kilobytes of the body. @default 0 */
  readonly dripMs?: number;
}

export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** @default for ever */
  readonly timeoutMs?: number | undefined;
}

/**
 * Sends a call out of the environment whose code is running. Its answer arrives there while that
 * runs, after its thaw, or never.
 */
export function exchange(call: HttpCall, { signal, timeoutMs }: Patience): Promise<HttpAnswer> {
  const environment = inEnvironment.getStore();
  if (environment === undefined) throw new Error('a call from nowhere');
  if (signal?.aborted) return Promise.reject(failure('AbortError', 'Request aborted'));
  const { time, network } = environment.surroundings;
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const abort = () => reject(failure('AbortError', 'Request aborted'));
  signal?.addEventListener('abort', abort, { once: true });
  const giveUp = () =>
    environment.enter(() => reject(failure('TimeoutError', 'no answer in time')));
  const cancel = timeoutMs === undefined ? () => undefined : time.after(timeoutMs, giveUp);
  const answered = (run: () => void) => {
    cancel();
    environment.enter(run);
  };
  network.send(environment, call, {
    answer: (answer) => answered(() => resolve(answer)),
    disconnect: () => answered(() => reject(reset())),
  });
  return promise.finally(() => {
    cancel();
    signal?.removeEventListener('abort', abort);
  });
}

const utf8 = new TextDecoder();

/** What was sent, as text. */
export function textOf({ body }: Pick<HttpCall, 'body'>): string {
  return typeof body === 'string' ? body : utf8.decode(body);
}

/** The operation of AWS's that a call asks for. */
export function actionOf({ headers }: HttpCall): string {
  return (headers['x-amz-target'] ?? '').replace(/^.*\./, '');
}

export function inputOf(call: HttpCall) {
  return JSON.parse(textOf(call));
}

function reset(): Error {
  return Object.assign(failure('Error', 'socket hang up'), { code: 'ECONNRESET' });
}

function failure(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
