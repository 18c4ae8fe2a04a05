import { setTimeout as delay } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Item, RowKey } from './stored-rows.ts';
import { rowKey } from './table-writes.ts';

/** DynamoDB's limit for one request. */
const MAX_KEYS = 100;

const MAX_ATTEMPTS = 6;
const BASE_DELAY_MS = 20;

/** Reads rows by their keys, in any order; a row that is not there is not in the result. */
export async function batchGet(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly RowKey[],
): Promise<Item[]> {
  const distinct = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
  const batches = Array.from({ length: Math.ceil(distinct.length / MAX_KEYS) }, (_, index) =>
    distinct.slice(index * MAX_KEYS, (index + 1) * MAX_KEYS),
  );
  const read = await Promise.all(batches.map((batch) => getAll(client, tableName, batch)));
  return read.flat();
}

/** Asks again for what DynamoDB left out, be it over 16 MB or throttled. */
async function getAll(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly RowKey[],
): Promise<Item[]> {
  let wanted: Record<string, AttributeValue>[] = keys.map(({ pk, sk }) => rowKey(pk, sk));
  const items: Item[] = [];
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    if (attempt === MAX_ATTEMPTS) throw new Error('the table left rows out of every answer');
    if (attempt > 0) await delay(BASE_DELAY_MS * 2 ** attempt);
    const command = new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: wanted } } });
    const { Responses, UnprocessedKeys } = await client.send(command);
    items.push(...(Responses?.[tableName] ?? []));
    wanted = UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return items;
}
