import { keptValues } from '../shared/kept-value.ts';
import type { ChannelReader } from './channel-table.ts';

/** How old what is known of a channel may be where a message is accepted, or comes. */
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
