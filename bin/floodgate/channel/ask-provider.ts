import type { Provider } from '../../../lambda/events/event.ts';
import {
  GRAPH_VERSION,
  PROVIDER_URLS,
  type ProviderVariable,
} from '../../../lambda/providers/urls.ts';
import type { ApiChoice } from '../stack/api-client.ts';
import { readLocalStacks } from '../stack/local-stack.ts';
import { type Surroundings, UnavailableError } from '../terminal/command.ts';

export interface ProviderAnswer {
  readonly status: number;
  /** Undefined where it is no JSON. */
  readonly json: unknown;
}

/** Asks a provider by a channel's token. @param path from its API's address on, with the query */
export type AskProvider = (path: string) => Promise<ProviderAnswer>;

const PLACES = {
  meta: { variable: 'GRAPH_URL', local: `/${GRAPH_VERSION}` },
  wasender: { variable: 'WASENDER_URL', local: '/api' },
} as const satisfies Record<Provider, { variable: ProviderVariable; local: string }>;

const TIMEOUT_MS = 20_000;

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

export function askProvider(url: string, token: string): AskProvider {
  return async (path) => {
    const response = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => {
      // What the error says may have the path in it, and the path the token.
      throw new UnavailableError(`nothing answers at ${url}: is the network there?`);
    });
    return { status: response.status, json: await response.json().catch(() => undefined) };
  };
}
