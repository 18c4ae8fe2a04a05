import { setTimeout as delay } from 'node:timers/promises';
import { memberOf } from '../shared/json/json-source.ts';
import type { ReadTable } from './query-table.ts';
import { type Item, type RowKey, toItems } from './stored-rows.ts';
import { rowKey } from './writes.ts';

/** DynamoDB's limit for one request. */
const MAX_KEYS = 100;

const MAX_ATTEMPTS = 6;
const BASE_DELAY_MS = 20;

/** Reads rows by their keys, in any order; a row that is not there is not in the result. */
export async function batchGet(
  read: ReadTable,
  tableName: string,
  keys: readonly RowKey[],
  { isConsistent = false } = {},
): Promise<Item[]> {
  const distinct = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
  const batches = Array.from({ length: Math.ceil(distinct.length / MAX_KEYS) }, (_, index) =>
    distinct.slice(index * MAX_KEYS, (index + 1) * MAX_KEYS),
  );
  const answers = await Promise.all(
    batches.map((batch) => getAll(read, tableName, batch, isConsistent)),
  );
  return answers.flat();
}

/** Asks again for what DynamoDB left out, be it over 16 MB or throttled. */
async function getAll(
  read: ReadTable,
  tableName: string,
  keys: readonly RowKey[],
  isConsistent: boolean,
): Promise<Item[]> {
  let wanted: readonly Item[] = keys.map(({ pk, sk }) => rowKey(pk, sk));
  const items: Item[] = [];
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    if (attempt === MAX_ATTEMPTS) throw new Error('the table left rows out of every answer');
    if (attempt > 0) await delay(BASE_DELAY_MS * 2 ** attempt);
    const input = {
      RequestItems: {
        [tableName]: { Keys: wanted, ...(isConsistent && { ConsistentRead: true }) },
      },
    };
    const answer = await read('BatchGetItem', input);
    items.push(...toItems(memberOf(memberOf(answer, 'Responses'), tableName)));
    const left = memberOf(memberOf(answer, 'UnprocessedKeys'), tableName);
    wanted = toItems(memberOf(left, 'Keys'));
  }
  return items;
}
