import { expect, test } from 'vitest';
import { writeDelivery } from '../../../lambda/delivery/delivery.ts';
import { backlogTable } from '../../../lambda/delivery/prober/backlog-table.ts';
import { backlogPartition } from '../../../lambda/table/keys.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { aDelivery } from '../../support/deliveries.ts';

const { signal } = new AbortController();
const emulator = await anEventTable();
const { dynamodb, tableName } = emulator;
const backlog = backlogTable(dynamodb, tableName);

const delivery = aDelivery();
const { subscriberId } = delivery;
const { payload = '', ...facts } = delivery.event;
const BODY = writeDelivery({ ...delivery, event: { ...facts, payloadKey: 'payloads/1.json' } });

async function put(key: string, members: Readonly<Record<string, string>>, id = subscriberId) {
  const texts = Object.entries({ pk: backlogPartition(id), sk: key, ...members });
  const Item = Object.fromEntries(texts.map(([name, S]) => [name, { S }]));
  await dynamodb('PutItem', { TableName: tableName, Item }, signal);
}

const keysAfter = async (key: string, limit = 9) =>
  (await backlog.after(subscriberId, key, limit, signal)).map((row) => row.key);

test('what was put aside is read after a key, in order, as many as are asked for', async () => {
  for (const key of ['b#1', 'a#2', 'a#1']) await put(key, { delivery: BODY });
  await put('a#0', { delivery: BODY }, 'sub_other');

  expect(await keysAfter('')).toEqual(['a#1', 'a#2', 'b#1']);
  expect(await keysAfter('a#1')).toEqual(['a#2', 'b#1']);
  expect(await keysAfter('', 2)).toEqual(['a#1', 'a#2']);
});

test('a delivery gets its payload back that lay beside it, and no key of one', async () => {
  await put('a#1', { delivery: BODY, payload });

  const [row] = await backlog.after(subscriberId, '', 9, signal);

  expect(row?.reading).toEqual({ ok: true, delivery });
});

test('a delivery whose payload is elsewhere keeps the key of it', async () => {
  await put('a#1', { delivery: BODY });

  const [row] = await backlog.after(subscriberId, '', 9, signal);

  expect(row).toMatchObject({
    ...{ body: BODY, subscriberId },
    reading: { ok: true, delivery: { event: { payloadKey: 'payloads/1.json' } } },
  });
});

test('a row without a delivery has a body that a queue takes, and is told as unreadable', async () => {
  await put('a#1', { payload });

  const [row] = await backlog.after(subscriberId, '', 9, signal);

  expect(row).toMatchObject({ body: '{}', reading: { ok: false } });
});

test('a row is removed alone, also for the second time', async () => {
  await put('a#1', { delivery: BODY });
  await put('a#2', { delivery: BODY });
  const [first] = await backlog.after(subscriberId, '', 1, signal);
  if (first === undefined) throw new Error('no row');

  await backlog.remove(first, signal);
  await backlog.remove(first, signal);

  expect(await keysAfter('')).toEqual(['a#2']);
});
