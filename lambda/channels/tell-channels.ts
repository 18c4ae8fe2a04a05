import type { RoutedEvent } from '../events/routed-event.ts';
import { UnreadableRow } from '../shared/unreadable-row.ts';
import { type AccountNews, accountNews } from './account-news.ts';
import type { Channel } from './channel.ts';
import { type KeepDeps, keepSaid } from './keep-said.ts';

export interface TellDeps extends KeepDeps {
  /** All channels that can be read, as they are or were a few seconds ago. */
  readonly channels: (signal: AbortSignal) => Promise<readonly Channel[]>;
}

/** Keeps with the channels whom it is about what an event of their account says. */
export async function tellChannels(
  event: RoutedEvent,
  signal: AbortSignal,
  deps: TellDeps,
): Promise<void> {
  const news = accountNews(event);
  if (news === undefined) return;
  const { provider, occurredAt: at } = event;
  const told = { findings: news.findings, at, provider };
  for (const id of await idsOf(news, signal, deps)) {
    await keepSaid(id, told, deps, signal).catch(passOverUnreadable);
  }
}

/** One that another release wrote: the stream would wait for it with all that is behind. */
function passOverUnreadable(error: unknown): void {
  if (!(error instanceof UnreadableRow)) throw error;
}

/** Which of them an account or a portfolio has, is known already; each that is meant is then read as it is. */
async function idsOf(
  news: AccountNews,
  signal: AbortSignal,
  { channels }: TellDeps,
): Promise<readonly string[]> {
  const { id } = news.about;
  if (id !== undefined) return [id];
  return channelsOf(news, await channels(signal)).map((channel) => channel.id);
}

/** The channels that news are about. A number that nobody named is meant where its account has no other. */
export function channelsOf(
  { about: { account, portfolio, displayPhoneNumber } }: AccountNews,
  channels: readonly Channel[],
): readonly Channel[] {
  if (portfolio !== undefined) return channels.filter((one) => one.portfolioId === portfolio);
  const ofAccount = channels.filter(({ accountId }) => accountId === account);
  if (displayPhoneNumber === undefined) return ofAccount;
  const isNamed = (channel: Channel) => channel.displayPhoneNumber === displayPhoneNumber;
  const [only, ...others] = ofAccount;
  const isOnly = only?.displayPhoneNumber === undefined && others.length === 0;
  return isOnly ? ofAccount : ofAccount.filter(isNamed);
}
