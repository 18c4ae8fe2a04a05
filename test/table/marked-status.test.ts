import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { markOf } from '../../lambda/events/outgoing-mark.ts';
import { claimTable } from '../../lambda/sending/claim-table.ts';
import { outboxTable } from '../../lambda/sending/outbox-table.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { stateOf } from '../../lambda/table/outgoing-record.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';
import { anOutgoing } from '../support/outgoing.ts';
import { aStatus, CHANNEL, metaWebhook, RECEIVED_AT, splitMeta } from '../support/webhooks.ts';
import { writeUnits } from '../support/write-units.ts';

let emulator: EventTableEmulator;

beforeAll(async () => {
  emulator = await startEventTable();
});
afterAll(() => emulator[Symbol.asyncDispose]());

const { signal } = new AbortController();
const now = () => RECEIVED_AT;
const message = anOutgoing({ channel: CHANNEL });
const WAMID = 'wamid.marked';

const options = () => ({
  ...{ tableName: emulator.tableName, now, expiresAt: () => RECEIVED_AT / 1000 + 86_400 },
});
const outbox = () => outboxTable(emulator.dynamodb, options());
const claims = () => claimTable(emulator.dynamodb, options());
const record = async () => (await outbox().read(message, signal))?.record;

async function tell(status: string, mark = markOf(message.id, 1), overrides: object = {}) {
  const { dynamodb, tableName } = emulator;
  const store = eventTable(dynamodb, { tableName, retentionDays: 30, now });
  const told = { id: WAMID, status, biz_opaque_callback_data: mark, ...overrides };
  for (const event of splitMeta(metaWebhook({ statuses: [aStatus(told)] }))) {
    await store(event, '1', signal);
  }
}

beforeEach(async () => {
  await emulator.clear();
  await outbox().putContent(message, 'hash', signal);
  await claims().claim(message, 1, signal);
});

describe('a status with our mark', () => {
  test('is kept with our message too, with the wamid of that', async () => {
    await claims().record(message, { state: 'sent', wamid: WAMID }, signal);
    await tell('delivered');

    expect(await record()).toMatchObject({
      ...{ state: 'sent', wamid: WAMID, statuses: [{ name: 'delivered' }] },
    });
    expect((await emulator.rows()).filter(({ sk }) => sk?.S === 'message')).toHaveLength(2);
  });

  test('takes one write unit of the row of our message, however many there are', async () => {
    // As long as Meta's get.
    const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' };
    const origin = { type: 'utility' };
    const conversation = { id: 'c'.repeat(32), expiration_timestamp: '1795298430', origin };
    const sent = { state: 'sent', wamid: `wamid.${'w'.repeat(60)}`, sentAt: RECEIVED_AT } as const;
    await claims().record(message, sent, signal);
    for (const status of ['sent', 'delivered', 'read']) {
      await tell(status, undefined, { id: sent.wamid, conversation, pricing });
    }

    const own = (await emulator.rows()).find(({ state }) => state?.S === 'sent') ?? {};
    expect((await record())?.statuses).toHaveLength(3);
    expect(writeUnits(own, own)).toBe(1);
  });

  test('says with our message too why it failed', async () => {
    await tell('failed', undefined, { errors: [{ code: 131_026, title: 'Undeliverable' }] });

    const [failed] = (await record())?.statuses ?? [];
    expect(failed?.detail).toContain('Undeliverable');
  });

  test('tells the same before what we record of it, and after', async () => {
    await tell('sent');
    await claims().record(message, { state: 'sent', wamid: WAMID, sentAt: RECEIVED_AT }, signal);
    const before = await record();
    await emulator.clear();
    await outbox().putContent(message, 'hash', signal);
    await claims().claim(message, 1, signal);
    await claims().record(message, { state: 'sent', wamid: WAMID, sentAt: RECEIVED_AT }, signal);
    await tell('sent');

    expect(await record()).toEqual(before);
  });

  test('tells it in place of what we record: it is not uncertain, and its claim is not given back', async () => {
    await claims().record(message, { state: 'uncertain' }, signal);
    await tell('read');

    const known = await record();
    expect(known).toMatchObject({ wamid: WAMID });
    expect(stateOf(known)).toBe('read');
    expect(await claims().release(message, { attempt: 1, retryAt: 0 }, signal, 'uncertain')).toBe(
      false,
    );
  });

  test('keeps a message from being sent again that was given back', async () => {
    await claims().release(message, { attempt: 1, retryAt: 0 }, signal);
    await tell('sent');

    expect(await claims().claim(message, 2, signal)).toBe(false);
  });

  test('changes nothing on another channel, whoever forged it', async () => {
    const other = anOutgoing({ channel: 'other' });
    await outbox().putContent(other, 'hash', signal);
    await tell('read', markOf(other.id, 1));

    expect((await outbox().read(other, signal))?.record).toBeUndefined();
    expect((await record())?.statuses).toEqual([]);
  });

  test.each(['order-7', `fg1.${message.id}.1.0000`, 'fg1.'])(
    'is none where the mark is %s',
    async (mark) => {
      await tell('read', mark);

      expect((await record())?.statuses).toEqual([]);
    },
  );

  test('tells nothing of what was forgotten', async () => {
    const key = { pk: { S: `outgoing.${CHANNEL}.${message.id}` }, sk: { S: 'message' } };
    const Item = { ...key, forgottenAt: { S: '1' } };
    await emulator.dynamodb('PutItem', { TableName: emulator.tableName, Item }, signal);
    await tell('read');

    expect(await record()).toMatchObject({ wamid: undefined, statuses: [] });
  });
});
