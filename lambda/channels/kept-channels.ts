import type { ChannelReader, StoredChannel } from './channel-table.ts';

/** How old what is known of a channel may be where a message is accepted. */
export const CHANNEL_MAX_AGE_MS = 10_000;

/** Channels as they were a moment ago: each is read again once what is known is older than that. */
export function keptChannels(
  { get }: Pick<ChannelReader, 'get'>,
  maxAgeMs: number,
  now: () => number,
): ChannelReader['get'] {
  const kept = new Map<
    string,
    { readonly promise: Promise<StoredChannel | undefined>; readonly until: number }
  >();
  return (id, signal) => {
    const known = kept.get(id);
    if (known !== undefined && now() < known.until) return known.promise;
    const promise = get(id, signal);
    // Counted from before it is read: what is read is no older than that.
    kept.set(id, { promise, until: now() + maxAgeMs });
    // Whoever reads next tries again; an id of nobody's takes no memory.
    const forget = () => {
      if (kept.get(id)?.promise === promise) kept.delete(id);
    };
    promise.then((found) => found ?? forget(), forget);
    return promise;
  };
}
