import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backlogTable, backlogWriter, endOfGroup } from '../../lambda/adapters/backlog-table.ts';
import { aDelivery } from '../support/deliveries.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';
import { FULL, refusing } from '../support/refusing-table.ts';

let emulator: EventTableEmulator;

beforeAll(async () => {
  emulator = await startEventTable();
});
afterAll(() => emulator[Symbol.asyncDispose]());
beforeEach(() => emulator.clear());

const { signal } = new AbortController();
const NOW = 1_795_212_000_000;
const delivery = aDelivery();
const { subscriberId } = delivery;

const putAside = (group: string, sequenceNumber: string, given = delivery) =>
  backlogWriter(emulator.dynamodb, emulator.tableName, () => NOW)(
    given,
    group,
    sequenceNumber,
    signal,
  );
const backlog = () => backlogTable(emulator.dynamodb, emulator.tableName);
const rowsAfter = (key: string, limit = 10) => backlog().after(subscriberId, key, limit, signal);
const only = async () => {
  const [row] = await rowsAfter('');
  if (row === undefined) throw new Error('no row');
  return row;
};

describe('the backlog', () => {
  test('says where it is full, and that nothing was written', async () => {
    const put = (name: string) => backlogWriter(refusing(name), 'events', () => NOW);
    expect(await put(FULL)(delivery, 'delivery.a', '1', signal)).toBe(false);
    const failed = put('InternalServerError')(delivery, 'delivery.a', '1', signal);
    await expect(failed).rejects.toThrow('InternalServerError');

    expect(await putAside('delivery.a', '1')).toBe(true);
    const row = await only();
    expect(await backlogTable(refusing(FULL), 'events').postpone(row, NOW, signal)).toBe(false);
    expect(await backlog().postpone(row, NOW, signal)).toBe(true);
  });

  test('gives back a delivery as it was put aside, to the letter', async () => {
    await putAside('delivery.a', '18884');

    expect(await only()).toEqual({
      subscriberId,
      key: 'delivery.a#00000000000000018884',
      group: 'delivery.a',
      delivery,
      tries: 0,
      notBefore: 0,
    });
  });

  test('holds a payload that JSON within JSON would make too big for a row', async () => {
    const payload = JSON.stringify({ text: '"'.repeat(170_000) });
    const { payload: _, payloadKey: __, ...event } = delivery.event;
    const large = { ...delivery, event: { ...event, payload } };

    await putAside('delivery.a', '1', large);

    expect((await only()).delivery).toEqual(large);
  });

  test('holds where a payload lies in the bucket', async () => {
    const { payload: _, payloadKey: __, ...event } = delivery.event;
    const parked = { ...delivery, event: { ...event, payloadKey: 'payloads/x.json' } };

    await putAside('delivery.a', '1', parked);

    expect((await only()).delivery).toEqual(parked);
  });

  test('is in the order of the queue within a group, groups together', async () => {
    for (const [group, number] of [
      ['delivery.b', '3'],
      ['delivery.a', '10'],
      ['delivery.b', '1'],
      ['delivery.a', '9'],
    ] as const) {
      await putAside(group, number);
    }

    const rows = await rowsAfter('');

    expect(rows.map(({ group, key }) => [group, Number(key.split('#')[1])])).toEqual([
      ['delivery.a', 9],
      ['delivery.a', 10],
      ['delivery.b', 1],
      ['delivery.b', 3],
    ]);
    expect(await rowsAfter(rows[0]?.key ?? '', 1)).toEqual([rows[1]]);
    expect(await rowsAfter(endOfGroup('delivery.a'))).toEqual(rows.slice(2));
    expect(await backlog().after('sub_other', '', 10, signal)).toEqual([]);
  });

  test('holds a delivery that is put aside twice once', async () => {
    await putAside('delivery.a', '1');
    await putAside('delivery.a', '1');

    expect(await rowsAfter('')).toHaveLength(1);
  });

  test('knows how often and until when a delivery was put off', async () => {
    await putAside('delivery.a', '1');
    await backlog().postpone(await only(), NOW + 1, signal);
    await backlog().postpone(await only(), NOW + 2, signal);

    expect(await only()).toMatchObject({ tries: 2, notBefore: NOW + 2, delivery });
  });

  test('loses what was removed, and putting that off brings nothing back', async () => {
    await putAside('delivery.a', '1');
    const row = await only();
    await backlog().remove(row, signal);
    await backlog().remove(row, signal);

    await expect(backlog().postpone(row, NOW, signal)).rejects.toThrow();
    expect(await emulator.rows()).toEqual([]);
  });

  test('is kept for two weeks, as in a queue', async () => {
    await putAside('delivery.a', '1');

    const [row] = await emulator.rows();
    expect(row?.expiresAt).toEqual({ N: String(NOW / 1000 + 14 * 86_400) });
  });

  test('stops at a row that a later release wrote', async () => {
    await putAside('delivery.a', '1');
    const [row] = await emulator.rows();
    const Item = { ...row, delivery: { S: '{"v":3}' } };
    await emulator.dynamodb('PutItem', { TableName: emulator.tableName, Item }, signal);

    await expect(rowsAfter('')).rejects.toThrow('a row of the backlog is newer');
  });
});
