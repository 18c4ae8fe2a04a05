import { beforeEach, describe, expect, test } from 'vitest';
import { markOf } from '../../../lambda/events/outgoing-mark.ts';
import { readPerson } from '../../../lambda/people/read-person.ts';
import { type Lanes, MOST_DOUBTS } from '../../../lambda/sending/lane-table.ts';
import { type SettleDeps, settleDoubts } from '../../../lambda/sending/ticker/settle-doubt.ts';
import { findTraces } from '../../../lambda/sending/ticker/traces.ts';
import { eventTable } from '../../../lambda/table/event-table.ts';
import type { OutgoingMessage } from '../../../lambda/table/outgoing-message.ts';
import { stateOf } from '../../../lambda/table/outgoing-record.ts';
import { tableReader } from '../../../lambda/table/reader-table.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { aChannel } from '../../support/channels.ts';
import { LANE, laneRows } from '../../support/lane-rows.ts';
import { OUTGOING_NOW as NOW } from '../../support/outgoing.ts';
import { aStatus, metaWebhook, splitMeta, splitWasender } from '../../support/webhooks.ts';

const { signal } = new AbortController();
const MINUTE_MS = 60_000;
const PHONE = '5215550001111';
const emulator = await anEventTable();
let rows: ReturnType<typeof laneRows>;

beforeEach(() => {
  rows = laneRows(emulator);
});

/** One whose answer was lost. */
async function lost(key: string, overrides: Partial<OutgoingMessage> = {}, lane = LANE) {
  const { message, waiting } = await rows.ask(key, overrides);
  await rows.claims.claim(message, 1, signal);
  await rows.claims.doubt(message, 1, signal);
  await rows.lanes.putDoubt(lane, { ...waiting, since: rows.now(), neighbours: [] }, signal);
  return message;
}

type Split = ReturnType<typeof splitMeta>;
async function store(events: Split): Promise<void> {
  const { dynamodb, tableName } = emulator;
  const keep = eventTable(dynamodb, { tableName, retentionDays: 30, now: rows.now });
  for (const [index, event] of events.entries()) {
    await keep({ ...event, channel: LANE.channel }, String(index), signal);
  }
}

/** A status as Meta tells it, so many ms after the messages were asked for. */
async function status(id: string, name: string, afterMs = 1000, overrides: object = {}) {
  const timestamp = String((NOW + afterMs) / 1000);
  const told = { id, status: name, timestamp, recipient_id: PHONE, ...overrides };
  const value = { statuses: [{ ...aStatus({ recipient_user_id: undefined, ...told }) }] };
  const metadata = { display_phone_number: '1', phone_number_id: LANE.channel };
  await store(splitMeta(metaWebhook({ ...value, metadata }), NOW + afterMs));
}

/** What a session of WasenderApi sent. */
async function echo(id: string, text: string, afterMs = 3000): Promise<void> {
  const key = { id, fromMe: true, remoteJid: `${PHONE}@s.whatsapp.net` };
  const messageTimestamp = (NOW + afterMs) / 1000;
  const data = { key, message: { conversation: text }, messageTimestamp, success: true };
  const body = JSON.stringify({ event: 'message.sent', timestamp: messageTimestamp, data });
  await store(splitWasender(body, LANE.channel, NOW + afterMs));
}

async function tick(afterMs: number, lanes = 1, others: Partial<SettleDeps> = {}): Promise<void> {
  rows.clock.now = NOW + afterMs;
  const { dynamodb, tableName } = emulator;
  const read = (...call: Parameters<Parameters<typeof tableReader>[0]>) =>
    dynamodb(...call, signal);
  const table = tableReader(read, tableName, rows.now);
  const traces = findTraces({ table, now: rows.now });
  const findPerson: SettleDeps['findPerson'] = ({ channel, to }) =>
    readPerson(channel, to.name, { table });
  const deps = { ...rows, count: () => {}, findTraces: traces, findPerson, ...others };
  const messagesPerSecond = lanes * 100;
  await settleDoubts(aChannel({ id: LANE.channel, messagesPerSecond }), signal, deps);
}

const known = async ({ id }: OutgoingMessage) => {
  const record = await rows.recordOf(id);
  return { state: stateOf(record), wamid: record?.wamid };
};
const UNCERTAIN = { state: 'uncertain', wamid: undefined };
/** After which whoever sends something else has said its wamid. */
const LATER_MS = 2 * MINUTE_MS;

describe('a failure without our mark', () => {
  test('is that of the one message to its recipient of which nobody knows', async () => {
    const message = await lost('one');
    await status('wamid.failed', 'failed');
    await tick(LATER_MS);

    expect(await known(message)).toEqual({ state: 'sent', wamid: 'wamid.failed' });
    expect(await rows.doubts()).toHaveLength(1);
    await tick(LATER_MS);
    expect(await rows.doubts()).toEqual([]);
  });

  test('is left alone where two messages may be meant', async () => {
    const [one, other] = [await lost('one'), await lost('other')];
    await status('wamid.failed', 'failed');
    await tick(LATER_MS);

    expect(await known(one)).toEqual(UNCERTAIN);
    expect(await known(other)).toEqual(UNCERTAIN);
  });

  test('is that of the one that is left, once the other is known by its mark', async () => {
    const [one, other] = [await lost('one'), await lost('other')];
    await rows.claims.learn(other, 'wamid.other', signal);
    await status('wamid.failed', 'failed');
    await tick(LATER_MS);

    expect(await known(one)).toMatchObject({ wamid: 'wamid.failed' });
  });

  test('is left alone where there are two of them', async () => {
    const message = await lost('one');
    await status('wamid.failed', 'failed');
    await status('wamid.failed too', 'failed');
    await tick(LATER_MS);

    expect(await known(message)).toEqual(UNCERTAIN);
  });

  test.each([
    ['of another message of ours', async () => rows.claims.point(await other(), 'wamid.x', signal)],
    ['with the mark of another', () => status('wamid.x', 'sent', 1000, mark('x'))],
  ])('is left alone: %s', async (_, tell) => {
    const message = await lost('one');
    await tell();
    await status('wamid.x', 'failed');
    await tick(LATER_MS);

    expect(await known(message)).toEqual(UNCERTAIN);
  });

  test.each([
    ['before it was asked for', -5000, LATER_MS],
    ['a moment ago, when the message that it is of may not be known', 61_000, LATER_MS],
    ['after it has been uncertain for an hour', 1000, 61 * MINUTE_MS],
  ])('is left alone: it came %s', async (_, at, tickedAt) => {
    const message = await lost('one');
    await status('wamid.failed', 'failed', at);
    await tick(tickedAt);

    expect(await known(message)).toEqual(UNCERTAIN);
  });

  test('that is sent or read says nothing', async () => {
    const message = await lost('one');
    await status('wamid.read', 'read');
    await tick(LATER_MS);

    expect(await known(message)).toEqual(UNCERTAIN);
  });
});

describe('a failure under another name of the contact', () => {
  const BSUID = 'MX.1A2B3C4D5E6F7A8B9C0';
  const toUserId = { to: { kind: 'userId', name: BSUID } } as const;
  const failure = () => status('wamid.failed', 'failed', 1000, { recipient_user_id: BSUID });

  test('is that of the one message to them', async () => {
    const message = await lost('one', toUserId);
    await failure();
    await tick(LATER_MS);

    expect(await known(message)).toEqual({ state: 'sent', wamid: 'wamid.failed' });
  });

  test.each([
    ['two names', LANE, toUserId, 1],
    ['two names, in two lanes', { ...LANE, lane: 1 }, toUserId, 2],
    ['two forms of a number', LANE, { to: { kind: 'phone', name: '525550001111' } } as const, 1],
  ])('is left alone where two messages went to them by %s', async (_, lane, to, lanes) => {
    const [one, another] = [await lost('one'), await lost('another', to, lane)];
    await failure();
    await tick(LATER_MS, lanes);

    expect(await known(one)).toEqual(UNCERTAIN);
    expect(await known(another)).toEqual(UNCERTAIN);
  });

  test('is left alone where names of the contact were left out', async () => {
    const message = await lost('one', toUserId);
    await failure();
    const findPerson = async () => ({ periods: [], names: [], isLinked: true, isComplete: false });
    await tick(LATER_MS, 1, { findPerson });

    expect(await known(message)).toEqual(UNCERTAIN);
  });

  test('is left alone where one of the lanes has more doubts than are read', async () => {
    const message = await lost('one', toUserId);
    await failure();
    const [doubt] = await rows.doubts();
    const many = Array.from({ length: MOST_DOUBTS }, () => doubt).filter(
      (one) => one !== undefined,
    );
    const doubts: Lanes['doubts'] = async (lane, ...rest) =>
      lane.lane === 1 ? many : rows.lanes.doubts(lane, ...rest);
    await tick(LATER_MS, 2, { lanes: { ...rows.lanes, doubts } });

    expect(await known(message)).toEqual(UNCERTAIN);
  });
});

const other = async () => (await rows.ask('other')).message;
const mark = (key: string) => ({
  biz_opaque_callback_data: markOf(`msg_${key.padEnd(22, '0')}`, 1),
});

describe('what a session of WasenderApi sent', () => {
  const wasender = { provider: 'wasender' } as const;

  test('is the one message to that contact that says the same, of which nobody knows', async () => {
    const message = await lost('one', wasender);
    await echo('KEY1', 'hello');
    await echo('KEY2', 'something else');
    await tick(LATER_MS);

    expect(await known(message)).toEqual({ state: 'sent', wamid: 'KEY1' });
  });

  test('is looked at once two minutes are over', async () => {
    const message = await lost('one', wasender);
    await echo('KEY1', 'hello');
    await tick(LATER_MS - 1000);
    expect(await known(message)).toEqual(UNCERTAIN);

    await echo('KEY2', 'hello', 60_000);
    await tick(LATER_MS);
    expect(await known(message)).toEqual(UNCERTAIN);
  });

  test('later than two minutes is left alone', async () => {
    const message = await lost('one', wasender);
    await echo('KEY1', 'hello', LATER_MS + 1000);
    await tick(2 * LATER_MS);

    expect(await known(message)).toEqual(UNCERTAIN);
  });

  test('is left alone where two messages say that, and not where they say two things', async () => {
    const body = '{"type":"text","text":{"body":"other"}}';
    const [one, same, different] = [
      await lost('one', wasender),
      await lost('same', wasender),
      await lost('different', { ...wasender, body }),
    ];
    await echo('KEY1', 'hello');
    await echo('KEY2', 'other');
    await tick(LATER_MS);

    expect(await known(one)).toEqual(UNCERTAIN);
    expect(await known(same)).toEqual(UNCERTAIN);
    expect(await known(different)).toEqual({ state: 'sent', wamid: 'KEY2' });
  });

  test('without words is left alone', async () => {
    const body = '{"type":"image","image":{"link":"https://media.example/1"}}';
    const message = await lost('one', { ...wasender, body });
    await echo('KEY1', 'hello');
    await tick(LATER_MS);

    expect(await known(message)).toEqual(UNCERTAIN);
  });
});

test('a message that was forgotten meanwhile is left to the end of its hour', async () => {
  const { id } = await lost('one');
  const { dynamodb, tableName } = emulator;
  const Key = { pk: { S: `outgoing.${LANE.channel}.${id}` }, sk: { S: 'content' } };
  await dynamodb('DeleteItem', { TableName: tableName, Key }, signal);
  await tick(LATER_MS);

  expect(await rows.doubts()).toHaveLength(1);
});
