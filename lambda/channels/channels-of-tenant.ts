import { UnreadableRow } from '../shared/unreadable-row.ts';
import type { ChannelReader } from './channel-table.ts';

/** Channels as if there were those of one tenant alone. Of a row that cannot be read nobody knows whose it is. */
export function channelsOfTenant(tenant: string, { get, list }: ChannelReader): ChannelReader {
  return {
    get: channelOfTenant(tenant, get),
    list: async (signal) => {
      const { channels } = await list(signal);
      return { channels: channels.filter((one) => one.channel.tenant === tenant), unreadable: [] };
    },
  };
}

export function channelOfTenant(tenant: string, get: ChannelReader['get']): ChannelReader['get'] {
  return async (id, signal) => {
    const stored = await get(id, signal).catch((error: unknown) => {
      if (error instanceof UnreadableRow) return undefined;
      throw error;
    });
    return stored?.channel.tenant === tenant ? stored : undefined;
  };
}
