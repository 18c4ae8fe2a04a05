import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { sideBySide } from '../shared/queue/side-by-side.ts';
import {
  ATTRIBUTES as A,
  limitsPartition,
  RATE_SORT_KEY,
  waitingPartition,
} from '../table/keys.ts';
import { byKey, byKeyAndPrefix, tableQueries } from '../table/query-table.ts';
import { keyOf, numberIn, type RowKey } from '../table/stored-rows.ts';
import { numberValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import {
  dropKey,
  isWaiting,
  KEPT_SECONDS,
  toWaiting,
  type WaitingDelivery,
} from './history-table.ts';

/** What is known of one event on its way to one subscriber. */
interface KnownDeliveries {
  /** Those that failed and have not gone out since: several where it was handed on several times. */
  readonly waiting: readonly WaitingDelivery[];
  /** What was handed on up to then is dropped, in ms since 1970; undefined where nobody said so. */
  readonly droppedUntil: number | undefined;
}

/** What waits for subscribers after it failed, as somebody who looks after it sees it. */
export interface WaitingDeliveries {
  readonly ofEvent: (
    subscriberId: string,
    eventId: string,
    signal: AbortSignal,
  ) => Promise<KnownDeliveries>;
  /** All that failed and have not gone out since. */
  readonly all: (subscriberId: string, signal: AbortSignal) => Promise<readonly WaitingDelivery[]>;
  /** Has all deliveries of an event, or of a message group, dropped that were handed on up to now. */
  readonly drop: (
    subscriberId: string,
    eventsOrGroups: readonly string[],
    signal: AbortSignal,
  ) => Promise<void>;
  /** Deletes all that is kept of a subscriber's deliveries and of its rate: there is none any more. */
  readonly clear: (subscriberId: string, signal: AbortSignal) => Promise<void>;
}

const DELETES_AT_ONCE = 25;

export function waitingDeliveries(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): WaitingDeliveries {
  const rowsOf = (query: object, signal: AbortSignal) =>
    Array.fromAsync(
      tableQueries((...call) => dynamodb(...call, signal), TableName).all({
        ...query,
        ConsistentRead: true,
      }),
    );
  return {
    ofEvent: async (subscriberId, eventId, signal) => {
      const partition = waitingPartition(subscriberId);
      const { sk } = dropKey(subscriberId, eventId);
      const [rows, drops] = await Promise.all([
        rowsOf(byKeyAndPrefix(partition, `${eventId}#`), signal),
        rowsOf(byKeyAndPrefix(partition, sk), signal),
      ]);
      const drop = drops.find((row) => row[A.sortKey]?.S === sk);
      const droppedUntil = drop && numberIn(drop, A.droppedUntil);
      return { waiting: rows.filter(isWaiting).map(toWaiting), droppedUntil };
    },
    all: async (subscriberId, signal) => {
      const rows = await rowsOf(byKey(A.partitionKey, waitingPartition(subscriberId)), signal);
      return rows.filter(isWaiting).map(toWaiting);
    },
    drop: async (subscriberId, eventsOrGroups, signal) => {
      for (const one of eventsOrGroups) {
        const { pk, sk } = dropKey(subscriberId, one);
        const input: PutItemCommandInput = {
          TableName,
          Item: {
            ...rowKey(pk, sk),
            [A.droppedUntil]: numberValue(now()),
            [A.expiresAt]: numberValue(Math.ceil(now() / 1000) + KEPT_SECONDS),
          },
        };
        await dynamodb('PutItem', input, signal);
      }
    },
    clear: async (subscriberId, signal) => {
      const queries = tableQueries((...call) => dynamodb(...call, signal), TableName);
      const remove = async ({ pk, sk }: RowKey) => {
        await dynamodb('DeleteItem', { TableName, Key: rowKey(pk, sk) }, signal);
      };
      await remove({ pk: limitsPartition(subscriberId), sk: RATE_SORT_KEY });
      const rows = queries.all(byKey(A.partitionKey, waitingPartition(subscriberId)));
      await sideBySide(rows, DELETES_AT_ONCE, (row) => remove(keyOf(row)));
    },
  };
}
