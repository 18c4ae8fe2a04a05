import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { keptValue } from '../shared/kept-value.ts';
import { ATTRIBUTES as A, ALL_LANES_SORT_KEY, LANES_PARTITION } from '../table/keys.ts';
import { rowReader } from '../table/row-reader.ts';
import { type Item, numberIn } from '../table/stored-rows.ts';
import { numberValue } from '../table/update-expression.ts';
import { keyAttributes } from '../table/writes.ts';

const KEY = { pk: LANES_PARTITION, sk: ALL_LANES_SORT_KEY };

/** Lanes do not become many within less. */
const MAX_AGE_MS = 5_000;

/** How many lanes have something to send for each that may send at once, as it was told a moment ago. */
export function lanesPerSenderReader(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): (signal: AbortSignal) => Promise<number> {
  const read = rowReader(dynamodb, TableName, { isConsistent: false });
  return keptValue(
    async (signal) => {
      const row = await read(KEY, signal);
      return row === undefined ? 1 : lanesPerSenderIn(row);
    },
    MAX_AGE_MS,
    now,
  );
}

/** Of the row of all lanes. */
export function lanesPerSenderIn(row: Item): number {
  return numberIn(row, A.lanesPerSender) ?? 1;
}

export function lanesPerSenderWriter(dynamodb: CallAws, TableName: string) {
  return async (lanes: number, signal: AbortSignal): Promise<void> => {
    const input: UpdateItemCommandInput = {
      ...{ TableName, Key: keyAttributes(KEY) },
      UpdateExpression: `SET ${A.lanesPerSender} = :lanes`,
      ExpressionAttributeValues: { ':lanes': numberValue(lanes) },
    };
    await dynamodb('UpdateItem', input, signal);
  };
}
