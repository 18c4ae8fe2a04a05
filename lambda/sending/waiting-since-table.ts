import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { keptValues } from '../shared/kept-value.ts';
import {
  ATTRIBUTES as A,
  ALL_LANES_SORT_KEY,
  LANES_PARTITION,
  laneSortKey,
} from '../table/keys.ts';
import { byKey, tableQueries } from '../table/query-table.ts';
import { rowReader } from '../table/row-reader.ts';
import { keyOf, numberIn } from '../table/stored-rows.ts';
import { timeValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import { lanesPerSenderIn, lanesPerSenderWriter } from './lanes-per-sender-table.ts';
import type { LaneName } from './outbox-table.ts';

/** Since when the oldest message of a lane waits, in ms since 1970; undefined where none does. */
export type ReadWaitingSince = (lane: LaneName, signal: AbortSignal) => Promise<number | undefined>;

/** The same of all lanes, as the ticker keeps it. */
export interface WaitingSince {
  readonly read: (signal: AbortSignal) => Promise<{
    readonly of: (lane: LaneName) => number | undefined;
    /** Lanes with something to send for each that may send at once, as senders were told last. */
    readonly lanesPerSender: number;
  }>;
  readonly write: (lane: LaneName, since: number | undefined, signal: AbortSignal) => Promise<void>;
  readonly writeLanesPerSender: (lanes: number, signal: AbortSignal) => Promise<void>;
}

/** A lane that is behind by an hour is so for longer than this. */
const MAX_AGE_MS = 5_000;

/** As it was told a moment ago. */
export function waitingSinceReader(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): ReadWaitingSince {
  const read = rowReader(dynamodb, TableName, { isConsistent: false });
  const kept = keptValues(readOne, MAX_AGE_MS, now);

  async function readOne(sk: string, signal: AbortSignal): Promise<number | undefined> {
    const row = await read({ pk: LANES_PARTITION, sk }, signal);
    return row && numberIn(row, A.waitingSince);
  }

  return ({ channel, lane }, signal) => kept.get(laneSortKey(channel, lane), signal);
}

export function waitingSinceTable(dynamodb: CallAws, TableName: string): WaitingSince {
  return {
    read: async (signal) => {
      const { all } = tableQueries((...query) => dynamodb(...query, signal), TableName);
      const known = new Map<string, number>();
      let lanesPerSender = 1;
      for await (const row of all(byKey(A.partitionKey, LANES_PARTITION))) {
        if (keyOf(row).sk === ALL_LANES_SORT_KEY) lanesPerSender = lanesPerSenderIn(row);
        const since = numberIn(row, A.waitingSince);
        if (since !== undefined) known.set(keyOf(row).sk, since);
      }
      return { of: ({ channel, lane }) => known.get(laneSortKey(channel, lane)), lanesPerSender };
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
    writeLanesPerSender: lanesPerSenderWriter(dynamodb, TableName),
  };
}
