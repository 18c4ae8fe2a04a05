import { ProviderAway } from '../../../lambda/channels/ask.ts';
import { checkChannel } from '../../../lambda/channels/check-channel.ts';
import type { Finding } from '../../../lambda/channels/finding.ts';
import { httpsAsk } from '../../../lambda/channels/https-ask.ts';
import type { ChannelAnswer } from '../../../lambda/channels/managing/schemas.ts';
import type { ApiChoice } from '../stack/api-client.ts';
import { type Surroundings, UnavailableError } from '../terminal/command.ts';
import { providerUrl } from './provider-url.ts';
import { openTokens } from './token-store.ts';

const CHECK_MS = 30_000;

/** What the provider says of a channel, asked by its token. */
export async function askProvider(
  one: ChannelAnswer,
  choice: ApiChoice,
  surroundings: Surroundings,
): Promise<readonly Finding[]> {
  const tokens = await openTokens(choice, surroundings);
  const token = await tokens.read(one.id);
  const url = providerUrl(one.provider, choice, surroundings);
  const ask = httpsAsk(url, token, AbortSignal.timeout(CHECK_MS));
  try {
    const findings = await checkChannel(one, token, ask, Date.now());
    return findings.map(({ check, ok, found, mend }) => ({ check, ok, found, mend }));
  } catch (error) {
    if (!(error instanceof ProviderAway)) throw error;
    throw new UnavailableError(error.message, { cause: error });
  }
}
