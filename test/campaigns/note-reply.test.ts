import { beforeEach, describe, expect, test } from 'vitest';
import { mayAnswer, noteReply } from '../../lambda/campaigns/note-reply.ts';
import { replyTable } from '../../lambda/campaigns/replies-table.ts';
import { routedEvents } from '../../lambda/changes/routed-events.ts';
import { toRowChange } from '../../lambda/changes/table-stream.ts';
import { markOf } from '../../lambda/events/outgoing-mark.ts';
import { wamidFor } from '../../lambda/events/wamid.ts';
import { claimTable } from '../../lambda/sending/claim-table.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { recordKeyOf } from '../../lambda/table/outgoing-keys.ts';
import { rowReader } from '../../lambda/table/row-reader.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { CAMPAIGN, campaignRow, stateOfRow } from '../support/campaign-rows.ts';
import { type WatchedTable, watchTable } from '../support/change-records.ts';
import { routed } from '../support/deliveries.ts';
import {
  aMessage,
  aStatus,
  CHANNEL,
  metaEvent,
  metaWebhook,
  RECEIVED_AT,
  splitMeta,
} from '../support/webhooks.ts';

const { signal } = new AbortController();
const USER_ID = 'MX.10000000000000000001';
const WAMID = 'wamid.HBgNNTIxNTU1MDAwMTExMRUCABEYEjAwMDAwMDAwMDAwMDAwMDAwMQA=';
const message = { channel: CHANNEL, id: `${CAMPAIGN}.0.7.0` };
const now = () => RECEIVED_AT;
const emulator = await anEventTable();
const { dynamodb, tableName } = emulator;
const claims = claimTable(dynamodb, { tableName, now, expiresAt: () => 1_900_000_000 });
let table: WatchedTable;

beforeEach(async () => {
  table = watchTable(emulator, now);
  const { pk, sk } = recordKeyOf(message);
  const Item = { ...campaignRow({}, stateOfRow('sent')), pk: { S: pk }, sk: { S: sk } };
  await dynamodb('PutItem', { TableName: tableName, Item }, signal);
});

async function store(value: object): Promise<void> {
  const put = eventTable(table.dynamodb, { tableName, retentionDays: 30, now });
  for (const event of splitMeta(metaWebhook(value))) await put(event, '1', signal);
}

/** What a contact does, and how many reads and writes come of it. */
async function does(overrides: object): Promise<readonly string[]> {
  await store({ messages: [aMessage(overrides)] });
  const events = table.records.splice(0).map(toRowChange).flatMap(routedEvents).filter(mayAnswer);
  emulator.operations.length = 0;
  for (const event of events) await noteReply(event, signal, replyTable(dynamodb, tableName));
  return emulator.operations.splice(0);
}

const repliedAt = async () =>
  (await rowReader(dynamodb, tableName)(recordKeyOf(message), signal))?.['repliedAt']?.N;

describe('a message of a campaign', () => {
  test('is answered by who quotes it, once and by one read', async () => {
    await claims.point(message, WAMID, signal);

    const context = { from: '15550783881', id: WAMID };
    expect(await does({ context })).toEqual(['BatchGetItem', 'UpdateItem']);
    await does({ context, id: 'wamid.later', timestamp: '1795212050' });

    expect(await repliedAt()).toBe('1795212000000');
  });

  test('is answered by who presses its button, and names it by another wamid', async () => {
    await store({ statuses: [aStatus({ biz_opaque_callback_data: markOf(message.id, 1) })] });
    const context = { from: '15550783881', id: wamidFor(WAMID, USER_ID) };

    await does({ type: 'button', text: undefined, button: { text: 'Yes' }, context });

    expect(await repliedAt()).toBe('1795212000000');
  });

  test('is not answered by what quotes nothing, or another message, or a reaction', async () => {
    await claims.point(message, WAMID, signal);

    expect(await does({})).toEqual([]);
    expect(await does({ id: 'wamid.2', context: { id: 'wamid.theirs' } })).toEqual([
      'BatchGetItem',
    ]);
    const reaction = { message_id: WAMID, emoji: '👍' };
    expect(await does({ id: 'wamid.3', type: 'reaction', text: undefined, reaction })).toEqual([]);
    expect(await repliedAt()).toBeUndefined();
  });

  test('that was forgotten, or is gone, stays so', async () => {
    await claims.point(message, WAMID, signal);
    const { pk, sk } = recordKeyOf(message);
    const Key = { pk: { S: pk }, sk: { S: sk } };
    await dynamodb('DeleteItem', { TableName: tableName, Key }, signal);
    await does({ context: { id: WAMID } });
    expect(await rowReader(dynamodb, tableName)({ pk, sk }, signal)).toBeUndefined();

    const Item = { ...Key, forgottenAt: { S: '1' } };
    await dynamodb('PutItem', { TableName: tableName, Item }, signal);
    await does({ id: 'wamid.2', context: { id: WAMID } });
    expect(await repliedAt()).toBeUndefined();
  });
});

test('an answer to a single message is left alone', async () => {
  await claims.point({ channel: CHANNEL, id: `msg_${'a'.repeat(22)}` }, WAMID, signal);

  expect(await does({ context: { id: WAMID } })).toEqual(['BatchGetItem']);
});

test('what cannot be read any more answers nothing, and nobody is asked for it', async () => {
  const { payload: _, payloadKey: __, ...facts } = routed(metaEvent({ messages: [aMessage()] }));
  const torn = { ...facts, payload: '{"context":{"id":"wamid.1"' };
  const elsewhere = { ...facts, payloadKey: 'payloads/1.json' };
  emulator.operations.length = 0;

  for (const event of [torn, elsewhere]) {
    await noteReply(event, signal, replyTable(dynamodb, tableName));
  }

  expect([mayAnswer(torn), mayAnswer(elsewhere)]).toEqual([true, false]);
  expect(emulator.operations).toEqual([]);
});
