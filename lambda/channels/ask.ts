import { memberOf } from '../shared/json/json-source.ts';

export interface ProviderAnswer {
  readonly status: number;
  /** Undefined where it is no JSON. */
  readonly json: unknown;
}

/**
 * Asks a provider by a channel's token. Rejects with `ProviderAway` where it says nothing of the channel.
 *
 * @param path from its API's address on, with the query
 */
export type Ask = (path: string) => Promise<ProviderAnswer>;

/** The provider does not answer, or not now: of the channel nothing is known by that. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway';
}

/** Graph's codes of trouble of its own, and of too many requests, of an app or of an account. */
const PASSING = [1, 2, 4, 17, 32, 613, 80_007, 80_008];

/** Whether an answer is about the moment it was asked in, and not about the channel. */
export function isPassing({ status, json }: ProviderAnswer): boolean {
  if (status === 429 || status >= 500) return true;
  const error = memberOf(json, 'error');
  const code = memberOf(error, 'code');
  const isKnown = typeof code === 'number' && PASSING.includes(code);
  return isKnown || memberOf(error, 'is_transient') === true;
}
