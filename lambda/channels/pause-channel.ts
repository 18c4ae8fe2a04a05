import type { ChannelReader, ChannelWriter } from './channel-table.ts';

/** Others that change the same channel at the same moment. */
const ATTEMPTS = 3;

/**
 * Pauses a channel that is active. Resolves with whether it did so: a channel that was paused before, or
 * was removed, is left alone.
 *
 * @param because `user`, `lanes`, or the class of a provider's error
 */
export async function pauseChannel(
  id: string,
  because: string,
  {
    table,
    now,
  }: {
    readonly table: Pick<ChannelReader, 'get'> & Pick<ChannelWriter, 'update'>;
    readonly now: () => number;
  },
  signal: AbortSignal,
): Promise<boolean> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const stored = await table.get(id, signal);
    if (stored === undefined || stored.channel.state === 'paused') return false;
    const paused = { state: 'paused', pausedBecause: because, updatedAt: now() } as const;
    if (await table.update(stored, { ...stored.channel, ...paused }, signal)) return true;
  }
  throw new Error(`channel ${id} is being changed by others and could not be paused`);
}
