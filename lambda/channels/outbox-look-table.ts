import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { sideBySide } from '../shared/queue/side-by-side.ts';
import { ATTRIBUTES as A, outboxPartition } from '../table/keys.ts';
import { byKey, tableQueries } from '../table/query-table.ts';
import { type Channel, lanesOf } from './channel.ts';

/** Whether nothing waits in any lane of a channel, by what is stored now. */
export type IsOutboxEmpty = (channel: Channel, signal: AbortSignal) => Promise<boolean>;

export function outboxLook(dynamodb: CallAws, TableName: string): IsOutboxEmpty {
  return async (channel, signal) => {
    const { some } = tableQueries((...query) => dynamodb(...query, signal), TableName);
    const lanes = Array.from({ length: lanesOf(channel) }, (_, lane) => lane);
    let isEmpty = true;
    await sideBySide(lanes, lanes.length, async (lane) => {
      const query: Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'> = {
        ...byKey(A.partitionKey, outboxPartition(channel.id, lane)),
        ...{ ConsistentRead: true, Limit: 1 },
      };
      const { items } = await some(query);
      if (items.length > 0) isEmpty = false;
    });
    return isEmpty;
  };
}
