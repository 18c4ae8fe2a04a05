import type { CallAws } from '../shared/aws/json-protocol.ts';
import { batchGet } from '../table/batch-table.ts';
import { CAMPAIGN_MESSAGE_PREFIX } from '../table/keys.ts';
import { trackPartition } from '../table/outgoing-keys.ts';
import { byKeyAndPrefix, tableQueries } from '../table/query-table.ts';
import type { Item, RowKey } from '../table/stored-rows.ts';
import type { Campaign } from './campaign.ts';
import { triggeredRows } from './triggered-table.ts';

/** What the table has of a campaign beside its own row. */
export interface CampaignRows {
  /** The rows of all messages of a track, in no order, read as they are asked for. */
  readonly ofTrack: (
    campaign: Pick<Campaign, 'id' | 'channel'>,
    track: number,
    signal: AbortSignal,
  ) => AsyncIterable<Item>;
  /** The rows of who was put into a triggered campaign, likewise. */
  readonly ofTriggered: (campaign: string, signal: AbortSignal) => AsyncIterable<Item>;
  /** As they are now: by them it is decided who gets something more. */
  readonly byKeys: (keys: readonly RowKey[], signal: AbortSignal) => Promise<readonly Item[]>;
}

export function campaignRows(dynamodb: CallAws, TableName: string): CampaignRows {
  return {
    ofTrack: ({ channel, id }, track, signal) => {
      const query = byKeyAndPrefix(trackPartition(channel, id, track), CAMPAIGN_MESSAGE_PREFIX);
      const { all } = tableQueries((...query) => dynamodb(...query, signal), TableName);
      return all({ ...query, ConsistentRead: true });
    },
    ofTriggered: triggeredRows(dynamodb, TableName),
    byKeys: (keys, signal) =>
      batchGet((operation, input) => dynamodb(operation, input, signal), TableName, keys, {
        isConsistent: true,
      }),
  };
}
