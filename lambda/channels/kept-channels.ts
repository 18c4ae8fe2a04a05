import { keptValues } from '../shared/kept-value.ts';
import { TENANCY_MAX_AGE_MS } from '../tenants/caller-tenant.ts';
import { DEFAULT_TENANT } from './channel.ts';
import type { ChannelReader } from './channel-table.ts';

/** How old what is known of a channel may be where a message is accepted. */
export const CHANNEL_MAX_AGE_MS = 10_000;

/** Channels as they were a moment ago: each is read again once what is known is older than that. */
export function keptChannels(
  { get }: Pick<ChannelReader, 'get'>,
  maxAgeMs: number,
  now: () => number,
): ChannelReader['get'] {
  // An id of nobody's takes no memory.
  const isKept = (found: unknown) => found !== undefined;
  const kept = keptValues(get, maxAgeMs, now, { isKept });
  return (id, signal) => kept.get(id, signal);
}

/** Whose channels are by their rows; undefined where that names nobody but the default tenant. */
export function keptOwners(
  { get }: Pick<ChannelReader, 'get'>,
  now: () => number,
): (channel: string, signal: AbortSignal) => Promise<string | undefined> {
  const read = async (id: string, signal: AbortSignal) => {
    const tenant = (await get(id, signal))?.channel.tenant;
    return tenant === DEFAULT_TENANT ? undefined : tenant;
  };
  const kept = keptValues(read, TENANCY_MAX_AGE_MS, now);
  return (channel, signal) => kept.get(channel, signal);
}
