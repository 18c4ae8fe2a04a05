import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { namesPartition, timeKey } from '../../lambda/table/keys.ts';
import { lastKeyAt, tableReader } from '../../lambda/table/reader-table.ts';
import { anEventTable } from '../support/an-event-table.ts';

const NOW = 1_795_212_000_000;

const emulator = await anEventTable();

const reader = () => tableReader(emulator.read, emulator.tableName, () => NOW);

async function put(row: Readonly<Record<string, string | number>>) {
  const Item = Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );
  await emulator.client.send(new PutItemCommand({ TableName: emulator.tableName, Item }));
}

async function putLink(from: string, to: string, overrides = {}) {
  await put({
    pk: namesPartition('shop', from),
    sk: `same#${to}`,
    from,
    to,
    seenAt: 7,
    timelinePk: namesPartition('shop', to),
    timelineAt: timeKey(7),
    expiresAt: NOW / 1000 + 1,
    ...overrides,
  });
}

test('finds a link from either name, but none that has expired', async () => {
  await putLink('521', 'MX.1');
  await putLink('521', 'MX.2', { expiresAt: NOW / 1000 });
  const link = { relation: 'same', from: '521', to: 'MX.1', seenAt: 7 };

  expect(await reader().linksOf('shop', '521')).toEqual({ links: [link], isComplete: true });
  expect(await reader().linksOf('shop', 'MX.1')).toEqual({ links: [link], isComplete: true });
  expect(await reader().linksOf('other', '521')).toEqual({ links: [], isComplete: true });
});

test('says when a name has more links than it reads', async () => {
  for (let n = 0; n < 51; n += 1) await putLink('521', `MX.${n}`);

  const { links, isComplete } = await reader().linksOf('shop', '521');
  expect(links).toHaveLength(50);
  expect(isComplete).toBe(false);
});

test('reads a partition page by page, newest first, within its span', async () => {
  for (let n = 0; n < 9; n += 1) {
    await put({ pk: 'g', sk: `message.${n}`, at: `${timeKey(n)}#${'0'.repeat(20)}` });
  }
  const span = { group: 'g', from: timeKey(2), until: lastKeyAt(6), pageSize: 2 };

  const keys = await Array.fromAsync(reader().eventKeys(span));

  expect(keys.map(({ sk }) => sk)).toEqual([6, 5, 4, 3, 2].map((n) => `message.${n}`));
  expect(emulator.operations.filter((operation) => operation === 'Query')).toHaveLength(3);
});

test('does not take a row for one of ours that lacks what all have', async () => {
  await put({ pk: 'g', sk: 'message.1' });
  await put({
    pk: 'g',
    sk: 'message.2',
    provider: 'meta',
    channel: 'c',
    direction: 'inbound',
    type: 't',
    at: '1',
  });

  await expect(reader().rows([{ pk: 'g', sk: 'message.1' }])).rejects.toThrow('without the text');
  await expect(reader().rows([{ pk: 'g', sk: 'message.2' }])).rejects.toThrow('without the number');
});
