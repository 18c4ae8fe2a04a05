import { type ChannelEditing, editChannel } from './edit-channel.ts';

/**
 * Pauses a channel that is active. Resolves with whether it did so: a channel that was paused before, or
 * was removed, is left alone.
 *
 * @param because `user`, `lanes`, or the class of a provider's error
 */
export async function pauseChannel(
  id: string,
  because: string,
  { table, now }: { readonly table: ChannelEditing; readonly now: () => number },
  signal: AbortSignal,
): Promise<boolean> {
  const paused = await editChannel(
    id,
    (channel) =>
      channel.state === 'paused'
        ? undefined
        : { ...channel, state: 'paused', pausedBecause: because, updatedAt: now() },
    table,
    signal,
  );
  return paused !== undefined;
}
