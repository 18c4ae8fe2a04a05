import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallAws } from '../../shared/aws/json-protocol.ts';
import { ATTRIBUTES as A, LANES_PARTITION, laneSortKey } from '../../table/keys.ts';
import { byKey, tableQueries } from '../../table/query-table.ts';
import { keyOf, numberIn } from '../../table/stored-rows.ts';
import { timeValue } from '../../table/update-expression.ts';
import { rowKey } from '../../table/writes.ts';
import type { WaitingSince } from './tick.ts';

export function waitingSinceTable(dynamodb: CallAws, TableName: string): WaitingSince {
  return {
    read: async (signal) => {
      const { all } = tableQueries((...query) => dynamodb(...query, signal), TableName);
      const known = new Map<string, number>();
      for await (const row of all(byKey(A.partitionKey, LANES_PARTITION))) {
        const since = numberIn(row, A.waitingSince);
        if (since !== undefined) known.set(keyOf(row).sk, since);
      }
      return known;
    },
    write: async ({ channel, lane }, since, signal) => {
      const input: UpdateItemCommandInput = {
        ...{ TableName, Key: rowKey(LANES_PARTITION, laneSortKey(channel, lane)) },
        ...(since === undefined
          ? { UpdateExpression: `REMOVE ${A.waitingSince}` }
          : {
              UpdateExpression: `SET ${A.waitingSince} = :since`,
              ExpressionAttributeValues: { ':since': timeValue(since) },
            }),
      };
      await dynamodb('UpdateItem', input, signal);
    },
  };
}
