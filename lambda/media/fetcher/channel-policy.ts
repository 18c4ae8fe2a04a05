import type { ReadPolicies } from '../../channels/own-policies.ts';
import { type MediaPolicies, type MediaPolicy, policyOf } from '../policy.ts';

interface OfRows {
  readonly ownPolicies: ReadPolicies;
  /** Whose a channel is by its row; undefined where that names nobody but the default tenant. */
  readonly ownerOf: (channel: string, signal: AbortSignal) => Promise<string | undefined>;
}

/** What is kept of the files that come to a channel: its row goes before the settings. */
export function channelPolicies(
  settings: MediaPolicies,
  { ownPolicies, ownerOf }: OfRows,
): (channel: string, signal: AbortSignal) => Promise<MediaPolicy> {
  return async (channel, signal) => {
    const [{ media }, tenant] = await Promise.all([
      ownPolicies(channel, signal),
      ownerOf(channel, signal),
    ]);
    return { ...policyOf(settings, channel), ...media, ...(tenant !== undefined && { tenant }) };
  };
}
