import { beforeEach, describe, expect, test } from 'vitest';
import { eventTable } from '../../../lambda/table/event-table.ts';
import { EventFeed } from '../../../local/console/event-feed.ts';
import { eventsSince, recentContacts } from '../../../local/console/events.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { type WatchedTable, watchTable } from '../../support/change-records.ts';
import {
  aContact,
  aMessage,
  aStatus,
  CHANNEL,
  metaWebhook,
  RECEIVED_AT,
  splitMeta,
} from '../../support/webhooks.ts';

const emulator = await anEventTable();
let table: WatchedTable;
let feed: EventFeed;

beforeEach(async () => {
  await emulator.clear();
  table = watchTable(emulator, () => RECEIVED_AT);
  feed = new EventFeed();
});

/** Stores what a webhook holds, and has the feed hear of it. */
async function receive(...values: readonly object[]): Promise<void> {
  const { tableName } = emulator;
  const store = eventTable(table.dynamodb, {
    tableName,
    retentionDays: 30,
    now: () => RECEIVED_AT,
  });
  for (const [index, event] of splitMeta(metaWebhook(...values)).entries()) {
    await store(event, String(index), new AbortController().signal);
  }
  for (const record of table.records.splice(0)) hear(record);
}

function hear(record: WatchedTable['records'][number]): void {
  feed.hear({ shardId: '0', sequenceNumber: '1', at: RECEIVED_AT, record, bytes: 0 });
}

const saying = (body: string, overrides: object = {}) => ({
  contacts: [aContact()],
  messages: [aMessage({ text: { body }, ...overrides })],
});

describe('the events as they flow', () => {
  test('tell who said what, and nobody of links between names', async () => {
    await receive(saying('hola'));

    expect(eventsSince(feed, 0)).toEqual({
      events: [
        expect.objectContaining({
          ...{ number: 1, kind: 'message', type: 'text', direction: 'inbound', channel: CHANNEL },
          ...{ who: 'Lucía', contact: '5215550001111', says: 'hola' },
          receivedAt: new Date(RECEIVED_AT).toISOString(),
        }),
      ],
      passed: 0,
    });
  });

  test('are told once to whoever asks for those after the last', async () => {
    await receive(saying('hola'));
    await receive({ statuses: [aStatus()] });

    const [first, second] = eventsSince(feed, 0).events;
    expect([first?.kind, second?.kind, second?.type]).toEqual(['message', 'status', 'delivered']);
    expect(eventsSince(feed, 1).events).toEqual([second]);
    expect(eventsSince(feed, 2).events).toEqual([]);
  });

  test('are told from the first one to whoever still counts by a stack that ran before', async () => {
    await receive(saying('hola'));
    expect(eventsSince(feed, 5000).events).toEqual([expect.objectContaining({ says: 'hola' })]);
  });

  test('have markup as the text that it is', async () => {
    await receive(saying('<script>alert(1)</script>'));
    expect(eventsSince(feed, 0).events[0]?.says).toBe('<script>alert(1)</script>');
  });

  test('say how many flowed by faster than they are shown', async () => {
    const many = Array.from({ length: 230 }, (_, at) => aMessage({ id: `wamid.${at}` }));
    await receive({ contacts: [aContact()], messages: many });

    const { events, passed } = eventsSince(feed, 0);
    expect([events.length, passed, events.at(-1)?.number]).toEqual([200, 30, 230]);
  });

  test('leave out a row that the app did not write', () => {
    const keys = { pk: { S: 'a' }, sk: { S: 'message.a' } };
    hear({ dynamodb: { ApproximateCreationDateTime: 1, Keys: keys, NewImage: keys } });
    expect(eventsSince(feed, 0)).toEqual({ events: [], passed: 0 });
  });
});

test('a contact stands in the list once, by what it said last', async () => {
  await receive(saying('first', { id: 'wamid.1' }), saying('last', { id: 'wamid.2' }));
  await receive({ statuses: [aStatus()] });

  expect(recentContacts(feed)).toEqual([
    expect.objectContaining({ contact: '5215550001111', who: 'Lucía', says: 'last' }),
  ]);
});

test('a contact of two names stands in the list once, whichever an event has', async () => {
  await receive(saying('by both', { id: 'wamid.1' }));
  await receive({
    contacts: [{ profile: { name: 'Lucía' }, user_id: 'MX.10000000000000000001' }],
    messages: [aMessage({ id: 'wamid.2', from: undefined, text: { body: 'by one' } })],
  });

  expect(recentContacts(feed).map(({ says }) => says)).toEqual(['by one']);
});

test('an event is found with all others of its message', async () => {
  await receive(saying('hola', { id: 'wamid.1' }), saying('adiós', { id: 'wamid.2' }));
  const [event] = eventsSince(feed, 0).events;

  expect(feed.ofMessage(event?.id ?? '').map(({ wamid }) => wamid)).toEqual(['wamid.1']);
});
