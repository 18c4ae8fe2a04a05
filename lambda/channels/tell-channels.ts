import type { RoutedEvent } from '../events/routed-event.ts';
import { type AccountNews, accountNews } from './account-news.ts';
import type { Channel } from './channel.ts';
import type { ChannelReader } from './channel-table.ts';
import { type KeepDeps, keepSaid } from './keep-said.ts';

export interface TellDeps extends KeepDeps {
  readonly table: KeepDeps['table'] & Pick<ChannelReader, 'list'>;
}

/** Keeps with the channels whom it is about what an event of their account says. */
export async function tellChannels(
  event: RoutedEvent,
  signal: AbortSignal,
  deps: TellDeps,
): Promise<void> {
  const news = accountNews(event);
  if (news === undefined) return;
  const { channels } = await deps.table.list(signal);
  const told = { findings: news.findings, at: event.occurredAt };
  const all = channels.map(({ channel }) => channel).filter(ofProvider(event));
  for (const { id } of channelsOf(news, all)) await keepSaid(id, told, deps, signal);
}

function ofProvider({ provider }: RoutedEvent) {
  return (channel: Channel) => channel.provider === provider;
}

/** The channels that news are about. A number that nobody named is meant where its account has no other. */
export function channelsOf(
  { about: { id, account, portfolio, displayPhoneNumber } }: AccountNews,
  channels: readonly Channel[],
): readonly Channel[] {
  if (id !== undefined) return channels.filter((channel) => channel.id === id);
  if (portfolio !== undefined) return channels.filter((one) => one.portfolioId === portfolio);
  const ofAccount = channels.filter(({ accountId }) => accountId === account);
  if (displayPhoneNumber === undefined) return ofAccount;
  const isNamed = (channel: Channel) => channel.displayPhoneNumber === displayPhoneNumber;
  const [only, ...others] = ofAccount;
  const isOnly = only?.displayPhoneNumber === undefined && others.length === 0;
  return isOnly ? ofAccount : ofAccount.filter(isNamed);
}
