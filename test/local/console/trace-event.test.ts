import { expect, test } from 'vitest';
import type { ApiClient } from '../../../bin/floodgate/stack/api-client.ts';
import { UnavailableError } from '../../../bin/floodgate/terminal/command.ts';
import { eventTable } from '../../../lambda/table/event-table.ts';
import { EventFeed } from '../../../local/console/event-feed.ts';
import { eventsSince, traceEvent } from '../../../local/console/events.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { watchTable } from '../../support/change-records.ts';
import { aStatus, CHANNEL, metaWebhook, RECEIVED_AT, splitMeta } from '../../support/webhooks.ts';

const emulator = await anEventTable();

const SENT_AT = new Date(RECEIVED_AT - 300_000).toISOString();
const ASKED_AT = new Date(RECEIVED_AT - 400_000).toISOString();
const WAMID = 'wamid.HBgNNTIxNTU1MDAwMTExMRUCABEYEjAwMDAwMDAwMDAwMDAwMDAwMQA=';

const OUTGOING = {
  ...{ id: 'msg_1', channel: CHANNEL, to: '5215550001111', state: 'read' },
  ...{ category: 'service', class: 'reply', createdAt: ASKED_AT, notAfter: ASKED_AT },
  ...{ attempt: 1, sentAt: SENT_AT, wamid: WAMID, error: null, body: {} },
};

/** What `/v1` says of the message; undefined where it knows none. */
function apiWith(outgoing: object | undefined): ApiClient {
  const message = {
    ...{ channel: CHANNEL, provider: 'meta', wamid: WAMID, direction: 'outbound' },
    ...{ contact: { phone: null, userId: null, lid: null, chatId: null }, account: null },
    ...{ displayPhoneNumber: null, status: null, statuses: [], errors: [], pricing: null },
    ...{ callbackData: null, participants: [], outgoing, entry: null },
  };
  return {
    url: '',
    call: async ({ path }, schema) => {
      if (path === '/v1/subscribers') return schema.parse({ subscribers: [], unreadable: [] });
      if (outgoing === undefined) throw new UnavailableError('nothing is known of it');
      return schema.parse(message);
    },
  };
}

/** A console that looks since the first of two statuses has flowed by. */
async function aDesk(api: ApiClient) {
  const { tableName, dynamodb } = emulator;
  const table = watchTable(emulator, () => RECEIVED_AT);
  // Rows are read by the clock of whoever looks.
  const settings = { tableName, retentionDays: 36_500, now: () => RECEIVED_AT };
  const store = eventTable(table.dynamodb, settings);
  const statuses = [
    aStatus({ status: 'sent', timestamp: '1795212010' }),
    aStatus({ status: 'read', timestamp: '1795212030' }),
  ];
  for (const [index, event] of splitMeta(metaWebhook({ statuses })).entries()) {
    await store(event, String(index), new AbortController().signal);
  }
  const feed = new EventFeed();
  const record = table.records.at(-1);
  if (record === undefined) throw new Error('nothing was stored');
  feed.hear({ shardId: '0', sequenceNumber: '1', at: RECEIVED_AT, record, bytes: 0 });
  const stack = {
    ...{ name: 'a stack', api: '', outputs: new Map(), table: tableName, queues: {} },
    ...{ endpoints: undefined, subscriberQueues: undefined, user: async () => 'somebody' },
  };
  return { feed, desk: { stack, api, dynamodb, feed: () => feed, local: undefined } };
}

async function tracedWith(api: ApiClient) {
  const { feed, desk } = await aDesk(api);
  const { events } = eventsSince(feed, 0);
  expect(events.map(({ type }) => type)).toEqual(['read']);
  const { steps } = await traceEvent(desk, events[0]?.id ?? '');
  return steps.map(({ what }) => what);
}

const STATUSES = [
  ...['status sent happened', 'status read happened'],
  ...['status read received, then queued and stored'],
  ...['status sent received, then queued and stored'],
];

test('an event has what came of its message before anybody looked, and when that was asked for', async () => {
  expect(await tracedWith(apiWith(OUTGOING))).toEqual([
    ...['asked to be sent', 'taken by the provider'],
    ...STATUSES,
  ]);
});

test('an event of a message that is no longer known is shown all the same', async () => {
  expect(await tracedWith(apiWith(undefined))).toEqual(STATUSES);
});
