import type { Provider } from '../events/event.ts';
import type { Ask } from './ask.ts';
import { checkMeta } from './check-meta.ts';
import type { CheckedNumber } from './check-number.ts';
import { checkWasender } from './check-wasender.ts';
import type { Finding } from './finding.ts';

/**
 * What the provider says of a channel by its token. Rejects with what `ask` does.
 *
 * @param nowMs when, in ms since 1970
 */
export async function checkChannel(
  channel: CheckedNumber & { readonly provider: Provider },
  token: string,
  ask: Ask,
  nowMs: number,
): Promise<readonly Finding[]> {
  return channel.provider === 'meta'
    ? await checkMeta(channel, token, ask, nowMs)
    : await checkWasender(channel.id, ask);
}
