import { beforeEach, describe, expect, test } from 'vitest';
import { type KeepOptOutDeps, keepOptOut } from '../../lambda/campaigns/keep-opt-out.ts';
import { mayDecide, optOutNews } from '../../lambda/campaigns/opt-out-news.ts';
import { optOutReader, optOutWriter } from '../../lambda/campaigns/opt-outs-table.ts';
import { routedEvents } from '../../lambda/changes/routed-events.ts';
import { toRowChange } from '../../lambda/changes/table-stream.ts';
import type { WebhookEvent } from '../../lambda/events/event.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import { claimTable } from '../../lambda/sending/claim-table.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { tableReader } from '../../lambda/table/reader-table.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { type WatchedTable, watchTable } from '../support/change-records.ts';
import { routed } from '../support/deliveries.ts';
import { anOutgoing } from '../support/outgoing.ts';
import {
  aMessage,
  aStatus,
  CHANNEL,
  metaChange,
  metaWebhook,
  only,
  RECEIVED_AT,
  splitMeta,
  splitWasender,
  wasenderWebhook,
} from '../support/webhooks.ts';

const { signal } = new AbortController();
const PHONE = '5215550001111';
const ALTERNATE = '525550001111';
const USER_ID = 'MX.10000000000000000001';
const TENANT = 'shop';
const now = () => RECEIVED_AT;

const emulator = await anEventTable();
const { dynamodb, tableName } = emulator;
const reader = optOutReader(dynamodb, tableName);
let table: WatchedTable;
let lines: string[];

beforeEach(() => {
  table = watchTable(emulator, now);
  lines = [];
});

/** Stores events, and has what they tell kept as the router does. */
async function store(events: readonly WebhookEvent[], overrides: Partial<KeepOptOutDeps> = {}) {
  const put = eventTable(table.dynamodb, { tableName, retentionDays: 30, now });
  for (const event of events) await put(event, '1', signal);
  return await follow(overrides);
}

async function follow(overrides: Partial<KeepOptOutDeps> = {}): Promise<readonly RoutedEvent[]> {
  const deps: KeepOptOutDeps = {
    ...optOutWriter(dynamodb, tableName, now),
    table: tableReader(emulator.read, tableName, now),
    tenantOf: async () => TENANT,
    now,
    count: (metric) => void lines.push(metric),
    warn: (message) => void lines.push(message),
    ...overrides,
  };
  const changes = table.records.splice(0).map(toRowChange);
  const events = changes.flatMap(routedEvents).filter(mayDecide);
  for (const event of events) await keepOptOut(event, signal, deps);
  return events;
}

const wrote = (body: string, overrides: object = {}) =>
  splitMeta(metaWebhook({ messages: [aMessage({ text: { body }, ...overrides })] }));

function chose(value: string, at: number, category = 'marketing_messages') {
  const told = { wa_id: PHONE, user_id: USER_ID, detail: 'as told', category, value };
  return splitMeta(
    metaChange('user_preferences', { user_preferences: [{ ...told, timestamp: at }] }),
  );
}

const leftOut = async (tenant = TENANT) => [
  ...(await reader.leftOut(tenant, [PHONE, ALTERNATE, USER_ID, '5215559999999'], signal)).keys(),
];

describe('who writes a word of the list', () => {
  test('has opted out of that tenant alone, under all of their names', async () => {
    await store(wrote('¡STOP!'));

    expect((await leftOut()).toSorted()).toEqual([PHONE, ALTERNATE, USER_ID].toSorted());
    expect(await leftOut('another')).toEqual([]);
    expect((await reader.leftOut(TENANT, [PHONE], signal)).get(PHONE)).toEqual({
      optedOutAt: 1_795_212_000_000,
    });
  });

  test('as a button of a template, or to a session of WasenderApi, likewise', async () => {
    const button = { type: 'button', text: undefined, button: { text: 'Stop promotions' } };
    await store(wrote('', button));
    expect(await leftOut()).toHaveLength(3);

    await emulator.clear();
    const message = {
      key: { id: '3EB0STOP', fromMe: false, remoteJid: `${PHONE}@s.whatsapp.net` },
      messageTimestamp: 1_795_212_000,
      message: { conversation: 'baja' },
    };
    const webhook = wasenderWebhook('messages.received', { messages: message });
    await store(splitWasender(webhook));
    expect(await leftOut()).toContain(PHONE);
  });

  test('has not, within other words or in a group', async () => {
    const events = await store([...wrote('stop that'), ...wrote('STOP', { group_id: 'group1' })]);

    expect(events.map(({ chat }) => chat)).toEqual([undefined]);
    expect(await leftOut()).toEqual([]);
  });

  test('is said where the channel cannot be read, and holds up nobody', async () => {
    await store(wrote('STOP'), { tenantOf: async () => undefined });

    expect(await leftOut()).toEqual([]);
    expect(lines).toEqual(['RecordUnrouted', 'Opt-out of an unreadable channel left out']);
  });
});

describe('a choice in WhatsApp', () => {
  test('stops marketing, and resumes it', async () => {
    await store(chose('stop', 1_795_212_000));
    expect(await leftOut()).toHaveLength(3);

    await store(chose('resume', 1_795_212_001));
    expect(await leftOut()).toEqual([]);
  });

  test('undoes a word, and is not undone by what is older', async () => {
    await store(wrote('STOP'));
    await store(chose('resume', 1_795_212_001));
    await store(chose('stop', 1_795_211_999));

    expect(await leftOut()).toEqual([]);
  });

  test('of another category says nothing of marketing', async () => {
    await store(chose('stop', 1_795_212_000, 'appointments'));

    expect(await leftOut()).toEqual([]);
  });
});

test('a status that says so opts out, and another failure does not', async () => {
  const failed = (code: number, id: string) =>
    splitMeta(metaWebhook({ statuses: [aStatus({ id, status: 'failed', errors: [{ code }] })] }));
  await store(failed(131_026, 'wamid.1'));
  expect(await leftOut()).toEqual([]);

  await store(failed(131_050, 'wamid.2'));
  expect(await leftOut()).toContain(PHONE);
});

test('a request that is refused for it opts out', async () => {
  const to = { kind: 'phone', name: PHONE } as const;
  const message = anOutgoing({ channel: CHANNEL, to });
  const claims = claimTable(table.dynamodb, { tableName, now, expiresAt: () => 1_900_000_000 });
  await claims.claim(message, 1, signal);
  const error = { class: 'opted-out', code: '131050' };
  await claims.record(message, { state: 'failed', error }, signal);

  await follow();

  expect(await leftOut()).toContain(PHONE);
});

test('who opted out, was forgotten, or both, is told apart, and what was undone is not told', async () => {
  const { decide, forget } = optOutWriter(dynamodb, tableName, now);
  for (const name of ['1', '2', '3'])
    await decide(TENANT, name, { isOptedOut: true, at: 5 }, signal);
  await decide(TENANT, '2', { isOptedOut: false, at: 6 }, signal);
  await decide(TENANT, '9', { isOptedOut: false, at: 6 }, signal);
  await forget(TENANT, '1', signal);
  await forget(TENANT, '4', signal);

  const found = await reader.leftOut(TENANT, ['1', '2', '3', '4', '9'], signal);

  expect(['1', '2', '3', '4', '9'].map((name) => found.get(name))).toEqual([
    { optedOutAt: 5, forgottenAt: RECEIVED_AT },
    undefined,
    { optedOutAt: 5 },
    { forgottenAt: RECEIVED_AT },
    undefined,
  ]);
});

test('of two decisions in one second that to opt out holds, whichever is told first', async () => {
  const { decide } = optOutWriter(dynamodb, tableName, now);
  const [out, back] = [true, false].map((isOptedOut) => ({ isOptedOut, at: 5 }));
  for (const [name, decisions] of [
    ['1', [out, back]],
    ['2', [back, out]],
  ] as const) {
    for (const decision of decisions) if (decision) await decide(TENANT, name, decision, signal);
  }

  const found = await reader.leftOut(TENANT, ['1', '2'], signal);
  expect(found).toEqual(
    new Map([
      ['1', { optedOutAt: 5 }],
      ['2', { optedOutAt: 5 }],
    ]),
  );
});

test('rows name nobody', async () => {
  await store(wrote('STOP'));

  const rows = (await emulator.rows()).filter(({ pk }) => pk?.S?.startsWith('optouts.'));
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).not.toMatch(/5550001111|MX\.1/);
});

describe('an event', () => {
  const message = (overrides: object) => routed(only(wrote('', overrides)));
  const image = { type: 'image', text: undefined, image: { id: '1', caption: 'STOP' } };

  test('says nothing of marketing where it is no text and no button', () => {
    expect(optOutNews(message(image))).toBeUndefined();
  });

  test('says nothing of marketing where it may not: a message of ours, or one whose text is gone', () => {
    const stop = message({ text: { body: 'STOP' } });
    const { payload: _, payloadKey: __, ...facts } = stop;
    const gone = { ...facts, payloadKey: 'payloads/1.json' };

    expect(optOutNews(stop)).toMatchObject({ isOptedOut: true });
    expect(optOutNews({ ...stop, direction: 'outbound' })).toBeUndefined();
    expect(optOutNews(gone)).toBeUndefined();
  });

  test('says nothing of marketing where it is a status that cannot be read any more', () => {
    const status = only(splitMeta(metaWebhook({ statuses: [aStatus({ status: 'failed' })] })));
    const { payload: _, payloadKey: __, ...facts } = routed(status);
    const torn = { ...facts, payload: '{"errors":[{"code":131050}]' };

    expect(mayDecide(torn)).toBe(true);
    expect(optOutNews(torn)).toBeUndefined();
  });

  test('says nothing of marketing where a preference is of nothing that is known', () => {
    const [event] = splitMeta(metaChange('user_preferences', { user_preferences: [{}] }));

    expect(event && optOutNews(routed(event))).toBeUndefined();
  });
});
