import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { batchGet } from '../../lambda/table/batch-table.ts';
import type { ReadTable } from '../../lambda/table/query-table.ts';
import { anEventTable } from '../support/an-event-table.ts';

const emulator = await anEventTable();

const keys = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ pk: 'p', sk: String(n).padStart(4, '0') }));

const inputSchema = z.object({
  RequestItems: z.object({ events: z.object({ Keys: z.array(z.unknown()) }) }),
});

/** Answers as a table that leaves out all but the first so many keys of a request. */
function meanTable(most: number) {
  const asked: number[] = [];
  const read: ReadTable = async (_, input) => {
    const wanted = inputSchema.parse(input).RequestItems.events.Keys;
    asked.push(wanted.length);
    const rest = wanted.slice(most);
    return {
      Responses: { events: wanted.slice(0, most) },
      UnprocessedKeys: rest.length === 0 ? {} : { events: { Keys: rest } },
    };
  };
  return { read, asked };
}

test('reads as many rows as there are keys, each once', async () => {
  const put = (sk: string) => ({ pk: { S: 'p' }, sk: { S: sk } });
  for (const { sk } of keys(120)) {
    await emulator.client.send(new PutItemCommand({ TableName: 'events', Item: put(sk) }));
  }
  emulator.operations.length = 0;

  const items = await batchGet(emulator.read, 'events', [...keys(130), ...keys(10)]);

  expect(items.map(({ sk }) => sk?.S).sort()).toEqual(keys(120).map(({ sk }) => sk));
  expect(emulator.operations).toEqual(['BatchGetItem', 'BatchGetItem']);
});

test('reads nothing for no keys', async () => {
  emulator.operations.length = 0;

  expect(await batchGet(emulator.read, 'events', [])).toEqual([]);
  expect(emulator.operations).toEqual([]);
});

test('asks again for what the table left out', async () => {
  const { read, asked } = meanTable(4);

  expect(await batchGet(read, 'events', keys(10))).toHaveLength(10);
  expect(asked).toEqual([10, 6, 2]);
});

test('gives up on a table that leaves everything out', async () => {
  const { read } = meanTable(0);

  await expect(batchGet(read, 'events', keys(1))).rejects.toThrow('left rows out');
});
