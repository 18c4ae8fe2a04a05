import { beforeEach, describe, expect, test } from 'vitest';
import { toRowChange } from '../../../lambda/changes/table-stream.ts';
import { untoldStatuses } from '../../../lambda/changes/untold-statuses.ts';
import { outgoingStatuses } from '../../../lambda/delivery/router/outgoing-statuses-table.ts';
import { tellOutgoing } from '../../../lambda/delivery/router/tell-outgoing.ts';
import { markOf } from '../../../lambda/events/outgoing-mark.ts';
import { type Claims, claimTable } from '../../../lambda/sending/claim-table.ts';
import { type Outbox, outboxTable } from '../../../lambda/sending/outbox-table.ts';
import { eventTable } from '../../../lambda/table/event-table.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { type WatchedTable, watchTable } from '../../support/change-records.ts';
import { anOutgoing } from '../../support/outgoing.ts';
import { aStatus, CHANNEL, metaWebhook, RECEIVED_AT, splitMeta } from '../../support/webhooks.ts';
import { aRecord } from './fake-deps.ts';

const { signal } = new AbortController();
const WAMID = 'wamid.ours';
const message = anOutgoing({ channel: CHANNEL });
const emulator = await anEventTable();
let table: WatchedTable;
let outbox: Outbox;
let claims: Claims;

beforeEach(async () => {
  await emulator.clear();
  table = watchTable(emulator, () => RECEIVED_AT);
  const { tableName } = emulator;
  const options = { tableName, now: () => RECEIVED_AT, expiresAt: () => RECEIVED_AT / 1000 + 9e4 };
  outbox = outboxTable(table.dynamodb, options);
  claims = claimTable(table.dynamodb, options);
  await outbox.putContent(message, 'hash', signal);
  await claims.claim(message, 1, signal);
});

const point = () => claims.point(message, WAMID, signal);
const record = () => claims.record(message, { state: 'sent', wamid: WAMID }, signal);
const failed = () => status('failed');
const names = async () =>
  (await outbox.read(message, signal))?.record?.statuses.map(({ name }) => name);

async function status(name: string, overrides: object = {}) {
  const { tableName } = emulator;
  const store = eventTable(table.dynamodb, {
    tableName,
    retentionDays: 30,
    now: () => RECEIVED_AT,
  });
  const told = { id: WAMID, status: name, ...overrides };
  for (const event of splitMeta(metaWebhook({ statuses: [aStatus(told)] }))) {
    await store(event, '1', signal);
  }
}

/** Follows the changes as the router does. */
async function follow(channels: readonly string[] = [CHANNEL]): Promise<void> {
  for (const one of table.records.splice(0)) {
    const told = { ...aRecord(), untold: () => untoldStatuses(toRowChange(one)) };
    const deps = {
      channels: async () => new Set(channels),
      tellStatuses: outgoingStatuses(table.dynamodb, emulator.tableName),
    };
    expect(await tellOutgoing([told], signal, deps)).toEqual({ unsent: [], faults: [] });
  }
}

describe('a status without our mark', () => {
  test.each([
    ['after the record', [point, record, failed]],
    ['before the pointer', [failed, point, record]],
    ['between the two', [point, failed, record]],
    ['in place of the record', [point, failed]],
  ])('is told to the row of our message, where it comes %s', async (_, steps) => {
    for (const step of steps) {
      await step();
      await follow();
    }
    // What it told is a change too.
    await follow();

    expect(await names()).toEqual(['failed']);
    expect((await outbox.read(message, signal))?.record).toMatchObject({ wamid: WAMID });
  });

  test('is told where the others of its wamid have the mark, before there is a pointer', async () => {
    await status('sent', { biz_opaque_callback_data: markOf(message.id, 1) });
    await follow();
    await failed();
    await follow();

    expect(await names()).toEqual(['sent', 'failed']);
  });

  test('of a message that is not ours changes nothing', async () => {
    await failed();
    await follow();

    expect(await names()).toEqual([]);
  });

  test('is not looked at on channels that nobody sends from', async () => {
    await point();
    await failed();
    await follow(['another']);

    expect(await names()).toEqual([]);
  });

  test('is not told to what was forgotten, or is gone', async () => {
    await point();
    const { dynamodb, tableName } = emulator;
    const Key = { pk: { S: `outgoing.${CHANNEL}.${message.id}` }, sk: { S: 'message' } };
    await dynamodb('DeleteItem', { TableName: tableName, Key }, signal);
    await failed();
    await follow();
    expect(await names()).toBeUndefined();

    const Item = { ...Key, forgottenAt: { S: '1' } };
    await dynamodb('PutItem', { TableName: tableName, Item }, signal);
    await status('read');
    await follow();
    expect(await names()).toEqual([]);
  });
});

test('a status with our mark is left to whoever stores it', async () => {
  await status('read', { biz_opaque_callback_data: markOf(message.id, 1) });
  const untold = table.records.map((one) => untoldStatuses(toRowChange(one)));

  // It tells which wamid the message has, and nothing else.
  expect(untold.filter((one) => one !== undefined)).toEqual([
    { channel: CHANNEL, id: message.id, wamid: WAMID, statuses: undefined },
  ]);
});

test('what is not told goes back to the stream, and what cannot be read has nothing to tell', async () => {
  const untold = () => ({ channel: CHANNEL, wamid: WAMID, id: undefined, statuses: [] });
  const unreadable = () => {
    throw new Error('no row');
  };
  const fault = new Error('away');
  const deps = {
    channels: async () => new Set([CHANNEL]),
    tellStatuses: () => Promise.reject(fault),
  };
  const records = [{ ...aRecord(), untold: unreadable }, aRecord(), { ...aRecord(), untold }];

  expect(await tellOutgoing(records, signal, deps)).toMatchObject({
    ...{ unsent: [{ index: 2 }], faults: [fault] },
  });
});
