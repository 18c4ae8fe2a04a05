import type { LogFields } from '../shared/aws/telemetry.ts';
import { keptValues } from '../shared/kept-value.ts';
import { UnreadableRow } from '../shared/unreadable-row.ts';
import type { ChannelReader } from './channel-table.ts';
import { CHANNEL_MAX_AGE_MS } from './kept-channels.ts';

/**
 * For how many days channels say that their rows are kept, as it was at most ten seconds ago. One without a
 * row says nothing, and so does one that cannot be read: nobody waits for a release that can. Rejects where
 * the table is away.
 */
export function keptRetention(
  { get }: Pick<ChannelReader, 'get'>,
  {
    now,
    warn,
  }: {
    readonly now: () => number;
    readonly warn: (message: string, fields: LogFields) => void;
  },
): (channel: string, signal: AbortSignal) => Promise<number | undefined> {
  const kept = keptValues(
    async (id, signal) => {
      try {
        return (await get(id, signal))?.channel.retentionDays;
      } catch (error) {
        if (!(error instanceof UnreadableRow)) throw error;
        warn('Channel not readable', { channel: id });
        return undefined;
      }
    },
    CHANNEL_MAX_AGE_MS,
    now,
  );
  return (id, signal) => kept.get(id, signal);
}
