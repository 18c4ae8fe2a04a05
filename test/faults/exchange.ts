import { inEnvironment } from './execution-environment.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';

export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** @default for ever */
  readonly timeoutMs?: number | undefined;
}

/** What a connection that does not come about ends with. */
export const UNREACHABLE = 'ECONNREFUSED';

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
    disconnect: () => answered(() => reject(failed('ECONNRESET', 'socket hang up'))),
    refuse: () => answered(() => reject(failed(UNREACHABLE, 'connection refused'))),
  });
  return promise.finally(() => {
    cancel();
    signal?.removeEventListener('abort', abort);
  });
}

function failed(code: string, message: string): Error {
  return Object.assign(failure('Error', message), { code });
}

function failure(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
