import { DEFAULT_TENANT } from '../../channels/channel.ts';
import type { ChannelReader } from '../../channels/channel-table.ts';
import { CHANNEL_MAX_AGE_MS } from '../../channels/kept-channels.ts';
import { keptValues } from '../../shared/kept-value.ts';
import { type MediaPolicies, type MediaPolicy, policyOf } from '../policy.ts';

/**
 * What is kept of the files that come to a channel, as it was at most ten seconds ago: its row goes before
 * the settings, but says whose they are only where it names another than the default tenant. Rejects where
 * the row cannot be read.
 */
export function channelPolicies(
  settings: MediaPolicies,
  { get }: Pick<ChannelReader, 'get'>,
  now: () => number,
): (channel: string, signal: AbortSignal) => Promise<MediaPolicy> {
  const read = async (id: string, signal: AbortSignal): Promise<MediaPolicy> => {
    const { media, tenant = DEFAULT_TENANT } = (await get(id, signal))?.channel ?? {};
    const isGiven = tenant !== DEFAULT_TENANT;
    return { ...policyOf(settings, id), ...media, ...(isGiven && { tenant }) };
  };
  const kept = keptValues(read, CHANNEL_MAX_AGE_MS, now);
  return (channel, signal) => kept.get(channel, signal);
}
