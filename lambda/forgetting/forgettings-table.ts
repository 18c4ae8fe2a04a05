import { randomUUID } from 'node:crypto';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { ATTRIBUTES as A, FORGETTINGS_PARTITION, timeKey } from '../table/keys.ts';
import { byKey, tableQueries } from '../table/query-table.ts';
import { type Item, isHidden, keyOf, textOf } from '../table/stored-rows.ts';
import { numberValue, textValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import { type Forgetting, readForgetting, writeForgetting } from './forgetting.ts';

/** A forgetting as the table keeps it. */
export interface StoredForgetting {
  /** Its sort key. */
  readonly key: string;
  readonly forgetting: Forgetting;
  /** Whether there is more to forget than rows. */
  readonly isPending: boolean;
}

const SECONDS_PER_DAY = 86_400;

/** Longer than the table's change stream remembers what was written before. */
const KEPT_DAYS = 2;

/** Resolves once it is durable that a person is to be forgotten. */
export type PutForgetting = (forgetting: Forgetting, signal: AbortSignal) => Promise<void>;

/** @param days for which it waits for somebody to do it: as long as there can be anything left */
export function forgettingWriter(
  dynamodb: CallAws,
  TableName: string,
  days: number,
  now: () => number,
): PutForgetting {
  return async (forgetting, signal) => {
    const Item = {
      ...rowKey(FORGETTINGS_PARTITION, `${timeKey(forgetting.until)}#${randomUUID()}`),
      [A.forgetting]: textValue(writeForgetting(forgetting)),
      [A.expiresAt]: numberValue(inDays(days, now)),
    };
    await dynamodb('PutItem', { TableName, Item }, signal);
  };
}

export interface Forgettings {
  /** All of them, those included that were done a short while ago. Consistent. */
  readonly list: (signal: AbortSignal) => Promise<readonly StoredForgetting[]>;
  /** Says that there is nothing left. It stays until what was on its way has arrived. */
  readonly close: (key: string, signal: AbortSignal) => Promise<void>;
}

export function forgettingTable(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): Forgettings {
  return {
    list: async (signal) => {
      const queries = tableQueries((...query) => dynamodb(...query, signal), TableName);
      const all = { ...byKey(A.partitionKey, FORGETTINGS_PARTITION), ConsistentRead: true };
      const rows = await Array.fromAsync(queries.all(all));
      return rows.filter((row) => !isHidden(row, now())).map(toForgetting);
    },
    close: async (key, signal) => {
      const input = {
        ...{ TableName, Key: rowKey(FORGETTINGS_PARTITION, key) },
        UpdateExpression: `SET ${A.closedAt} = if_not_exists(${A.closedAt}, :now), ${A.expiresAt} = :end`,
        // Without it the update would make a row of what expired meanwhile.
        ConditionExpression: `attribute_exists(${A.partitionKey})`,
        ExpressionAttributeValues: {
          ':now': textValue(timeKey(now())),
          ':end': numberValue(inDays(KEPT_DAYS, now)),
        },
      };
      await dynamodb('UpdateItem', input, signal);
    },
  };
}

function inDays(days: number, now: () => number): number {
  return Math.ceil(now() / 1000) + days * SECONDS_PER_DAY;
}

function toForgetting(row: Item): StoredForgetting {
  return {
    key: keyOf(row).sk,
    forgetting: readForgetting(textOf(row, A.forgetting)),
    isPending: !(A.closedAt in row),
  };
}
