import { expiryOf, type Retention } from '../table/retention.ts';
import type { ChannelReader, StoredChannel } from './channel-table.ts';

/** A reader of channels, and for how many days rows of those are kept that it has read. */
export interface NotedRetention extends ChannelReader {
  /** Undefined where the channel says nothing of it, or was not read yet. */
  readonly daysOf: (channel: string) => number | undefined;
}

/** Notes what is read anyway, for whoever writes rows of the same channel next. */
export function notedRetention({ get, list }: ChannelReader): NotedRetention {
  const days = new Map<string, number | undefined>();
  const note = ({ id, channel }: StoredChannel) => days.set(id, channel.retentionDays);
  return {
    get: async (id, signal) => {
      const stored = await get(id, signal);
      if (stored !== undefined) note(stored);
      return stored;
    },
    list: async (signal) => {
      const listed = await list(signal);
      for (const stored of listed.channels) note(stored);
      return listed;
    },
    daysOf: (channel) => days.get(channel),
  };
}

/** When rows of a channel that are stored now expire, by what was noted and by the settings: in seconds since 1970. */
export function notedExpiry(
  { daysOf }: Pick<NotedRetention, 'daysOf'>,
  settings: Retention,
  now: () => number,
): (channel: string) => number {
  const expiry = expiryOf(settings, now);
  return (channel) => expiry(channel, 1, daysOf(channel));
}
