import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { type Item, type RowKey, toItem } from './stored-rows.ts';
import { keyAttributes } from './writes.ts';

/** Reads one row, as it is now. Undefined where there is none. */
type ReadRow = (key: RowKey, signal: AbortSignal) => Promise<Item | undefined>;

/** @param isConsistent false where what was there a moment ago will do, for half the price. @default true */
export function rowReader(
  dynamodb: CallAws,
  TableName: string,
  { isConsistent = true } = {},
): ReadRow {
  return async (key, signal) => {
    const input = {
      ...{ TableName, Key: keyAttributes(key) },
      ...(isConsistent && { ConsistentRead: true }),
    };
    const found = memberOf(await dynamodb('GetItem', input, signal), 'Item');
    return found === undefined ? undefined : toItem(found);
  };
}
