import { type Ask, isPassing, ProviderAway } from './ask.ts';

/** Of one request: a check is half a dozen. */
const TIMEOUT_MS = 5_000;

/** @param url of the provider's API, with the version where there is one */
export function httpsAsk(url: string, token: string, signal: AbortSignal): Ask {
  return async (path) => {
    const response = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    }).catch(() => {
      // What the error says may have the path in it, and the path the token.
      throw new ProviderAway(`nothing answers at ${url}: is the network there?`);
    });
    const json: unknown = await response.json().catch(() => undefined);
    const answer = { status: response.status, json };
    if (!isPassing(answer)) return answer;
    throw new ProviderAway(`${url} answers ${answer.status} for now: try again later`);
  };
}
