import type { HttpClient } from './http-client.ts';

export interface Watched {
  readonly post: HttpClient['post'];
  /** Aborted once nothing has answered for too long. */
  readonly signal: AbortSignal;
}

/** Watches whether anything answers at all. The time starts with a try in vain and ends with any answer. */
export function watchSilence(post: HttpClient['post'], limitMs: number): Watched {
  const silence = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    post: async (request) => {
      const answer = await post(request);
      if (answer.status === 'none') {
        timer ??= setTimeout(() => silence.abort(), limitMs).unref();
      } else {
        clearTimeout(timer);
        timer = undefined;
      }
      return answer;
    },
    signal: silence.signal,
  };
}
