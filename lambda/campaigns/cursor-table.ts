import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import {
  ATTRIBUTES as A,
  CURSOR_PREFIX,
  campaignPartition,
  cursorSortKey,
  cursorsPrefix,
} from '../table/keys.ts';
import { byKeyAndPrefix, tableQueries } from '../table/query-table.ts';
import { textOf } from '../table/stored-rows.ts';
import {
  numberValue,
  setAlways,
  setExpression,
  setOnce,
  textValue,
} from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';

/** How far the parts of campaigns are. All that it writes may be written again. */
export interface Cursors {
  /** Those of a track as they are now; of all tracks without one. */
  readonly read: (
    campaign: string,
    track: number | undefined,
    signal: AbortSignal,
  ) => Promise<readonly Cursor[]>;
  /** @param expiresAt in seconds since 1970, of a row that is not there: one that its check put lives as long as that said */
  readonly write: (
    campaign: string,
    cursor: Cursor,
    expiresAt: number,
    signal: AbortSignal,
  ) => Promise<void>;
}

export function cursorTable(dynamodb: CallAws, TableName: string): Cursors {
  return {
    read: async (campaign, track, signal) => {
      const { all } = tableQueries((...query) => dynamodb(...query, signal), TableName);
      const prefix = track === undefined ? CURSOR_PREFIX : cursorsPrefix(track);
      const query = byKeyAndPrefix(campaignPartition(campaign), prefix);
      const rows = await Array.fromAsync(all({ ...query, ConsistentRead: true }));
      return rows.map((row) => readCursor(textOf(row, A.cursor)));
    },
    write: async (campaign, cursor, expiresAt, signal) => {
      const set = setExpression([
        setAlways(A.cursor, textValue(writeCursor(cursor))),
        setAlways(A.doneLines, numberValue(cursor.done)),
        setOnce(A.expiresAt, numberValue(expiresAt)),
      ]);
      const input: UpdateItemCommandInput = {
        ...{ TableName, Key: rowKey(campaignPartition(campaign), keyIn(cursor)), ...set },
        // From now on it is its lane's, and no check puts another in its place.
        UpdateExpression: `${set.UpdateExpression} REMOVE ${A.revision}`,
        // One whose invocation is over writes late what another has left behind.
        ConditionExpression: `attribute_not_exists(${A.doneLines}) OR ${A.doneLines} <= :done`,
        ExpressionAttributeValues: {
          ...set.ExpressionAttributeValues,
          ':done': numberValue(cursor.done),
        },
      };
      await holds(dynamodb('UpdateItem', input, signal));
    },
  };
}

function keyIn({ track, zone, round }: Cursor): string {
  return cursorSortKey(track, zone, round);
}
