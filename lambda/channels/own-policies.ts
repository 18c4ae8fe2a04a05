import type { LogFields } from '../shared/aws/telemetry.ts';
import { keptValues } from '../shared/kept-value.ts';
import { UnreadableRow } from '../shared/unreadable-row.ts';
import type { Channel } from './channel.ts';
import type { ChannelReader } from './channel-table.ts';
import { CHANNEL_MAX_AGE_MS } from './kept-channels.ts';

/** What a channel says for itself of what is kept; of the rest the stage's settings say it. */
export type OwnPolicies = Pick<Channel, 'media' | 'retentionDays'>;

export type ReadPolicies = (channel: string, signal: AbortSignal) => Promise<OwnPolicies>;

/**
 * What channels say for themselves, as it was at most ten seconds ago. One without a row says nothing,
 * and so does one that cannot be read: nobody waits for a release that can. Rejects where the table is
 * away.
 */
export function keptPolicies(
  { get }: Pick<ChannelReader, 'get'>,
  {
    now,
    warn,
  }: {
    readonly now: () => number;
    readonly warn: (message: string, fields: LogFields) => void;
  },
): ReadPolicies {
  const kept = keptValues(
    async (id, signal): Promise<OwnPolicies> => {
      try {
        const { media, retentionDays } = (await get(id, signal))?.channel ?? {};
        return { ...(media && { media }), ...(retentionDays && { retentionDays }) };
      } catch (error) {
        if (!(error instanceof UnreadableRow)) throw error;
        warn('Channel not readable', { channel: id });
        return {};
      }
    },
    CHANNEL_MAX_AGE_MS,
    now,
  );
  return (id, signal) => kept.get(id, signal);
}
