import type { CallAws } from '../shared/aws/json-protocol.ts';
import { batchGet } from '../table/batch-table.ts';
import {
  ATTRIBUTES as A,
  CAMPAIGN_MESSAGE_PREFIX,
  CURSOR_PREFIX,
  campaignPartition,
} from '../table/keys.ts';
import { trackPartition } from '../table/outgoing-keys.ts';
import { byKeyAndPrefix, tableQueries } from '../table/query-table.ts';
import { type Item, type RowKey, textOf } from '../table/stored-rows.ts';
import type { Campaign } from './campaign.ts';
import { type Cursor, readCursor } from './cursor.ts';

/** What the table has of a campaign beside its own row. */
export interface CampaignRows {
  /** The rows of all messages of a track, in no order, read as they are asked for. */
  readonly ofTrack: (
    campaign: Pick<Campaign, 'id' | 'channel'>,
    track: number,
    signal: AbortSignal,
  ) => AsyncIterable<Item>;
  readonly byKeys: (keys: readonly RowKey[], signal: AbortSignal) => Promise<readonly Item[]>;
  /** How far each part is. */
  readonly cursors: (campaign: string, signal: AbortSignal) => Promise<readonly Cursor[]>;
}

export function campaignRows(dynamodb: CallAws, TableName: string): CampaignRows {
  const queries = (signal: AbortSignal) =>
    tableQueries((...query) => dynamodb(...query, signal), TableName);
  return {
    ofTrack: ({ channel, id }, track, signal) => {
      const query = byKeyAndPrefix(trackPartition(channel, id, track), CAMPAIGN_MESSAGE_PREFIX);
      return queries(signal).all({ ...query, ConsistentRead: true });
    },
    byKeys: (keys, signal) =>
      batchGet((operation, input) => dynamodb(operation, input, signal), TableName, keys),
    cursors: async (campaign, signal) => {
      const query = byKeyAndPrefix(campaignPartition(campaign), CURSOR_PREFIX);
      const rows = await Array.fromAsync(queries(signal).all({ ...query, ConsistentRead: true }));
      return rows.map((row) => readCursor(textOf(row, A.cursor)));
    },
  };
}
