import type { Provider } from '../../../lambda/events/event.ts';
import {
  GRAPH_VERSION,
  PROVIDER_URLS,
  type ProviderVariable,
} from '../../../lambda/providers/urls.ts';
import type { ApiChoice } from '../stack/api-client.ts';
import { readLocalStacks } from '../stack/local-stack.ts';
import type { Surroundings } from '../terminal/command.ts';

const PLACES = {
  meta: { variable: 'GRAPH_URL', local: `/${GRAPH_VERSION}` },
  wasender: { variable: 'WASENDER_URL', local: '/api' },
} as const satisfies Record<Provider, { variable: ProviderVariable; local: string }>;

/** Where a provider is for a stack: on this machine its stand-in. */
export function providerUrl(
  provider: Provider,
  { stack }: ApiChoice,
  { environment, projectFolder }: Surroundings,
): string {
  const { variable, local } = PLACES[provider];
  const named = environment[variable];
  if (named) return named;
  const standIn = stack === undefined ? readLocalStacks(projectFolder)[0]?.whatsapp : undefined;
  return standIn === undefined ? PROVIDER_URLS[provider] : `${standIn}${local}`;
}
