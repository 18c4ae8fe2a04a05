import type { poster } from '../../lambda/shared/aws/https-post.ts';
import { exchange } from './exchange.ts';
import { textOf } from './http-call.ts';

/** Posts to the path `/` of a host, in place of sockets. */
export const simulatedPoster: typeof poster = ({ hostname }, timeoutMs) => {
  return async (headers, body, signal) => {
    const call = { method: 'POST', hostname, path: '/', query: {}, headers, body: String(body) };
    const answer = await exchange(call, { signal, timeoutMs });
    return { status: answer.statusCode, text: textOf(answer) };
  };
};
