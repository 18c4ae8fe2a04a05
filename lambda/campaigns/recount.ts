import type { Campaign } from './campaign.ts';
import type { CampaignRows } from './campaign-rows-table.ts';
import { addCounts, type Counts } from './counts.ts';
import { countsOfRow } from './figures.ts';
import { type CampaignFigures, campaignFigures } from './track-figures.ts';

export interface Recount {
  readonly figures: CampaignFigures;
  readonly rows: number;
}

/**
 * Counts a campaign anew, by all rows of its messages, and of who was put into it. While these live it says what the figures say, but
 * for changes that are on their way.
 */
export async function recount(
  campaign: Pick<Campaign, 'id' | 'channel' | 'check' | 'isTriggered'>,
  { ofTrack, ofTriggered }: Pick<CampaignRows, 'ofTrack' | 'ofTriggered'>,
  signal: AbortSignal,
): Promise<Recount> {
  let sum: Counts = {};
  let rows = 0;
  for (let track = 0; track < (campaign.check?.tracks ?? 0); track += 1) {
    for await (const row of ofTrack(campaign, track, signal)) {
      sum = addCounts([sum, countsOfRow(row)]);
      rows += 1;
    }
  }
  if (campaign.isTriggered) {
    for await (const row of ofTriggered(campaign.id, signal)) {
      sum = addCounts([sum, countsOfRow(row)]);
    }
  }
  return { figures: campaignFigures(sum), rows };
}
