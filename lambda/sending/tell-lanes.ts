import type { StoredCampaign } from '../campaigns/campaign-table.ts';
import type { Marks } from '../campaigns/marks-table.ts';
import { type Channel, lanesOf } from '../channels/channel.ts';
import type { WakeLane } from './sqs-wakes.ts';

export interface TellDeps {
  readonly marks: Pick<Marks, 'put'>;
  readonly wake: WakeLane;
}

/**
 * Has the lanes of a campaign know that there is something to do for it. May be repeated.
 *
 * @param later when it is, in ms since 1970: until then nobody wakes them. @default at once
 */
export async function tellLanes(
  { campaign, revision }: StoredCampaign,
  channel: Channel,
  { marks, wake }: TellDeps,
  signal: AbortSignal,
  later?: number,
): Promise<void> {
  // Of each start one, however often it is put.
  const dueAt = later ?? campaign.changes.at(-1)?.at ?? campaign.updatedAt;
  const mark = { id: campaign.id, start: revision, dueAt };
  const lanes = Math.min(lanesOf(channel), campaign.check?.tracks ?? 0);
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const name = { channel: campaign.channel, lane };
      await marks.put(name, mark, signal);
      if (later === undefined) await wake(name, signal);
    }),
  );
}
