import { beforeEach, describe, expect, test } from 'vitest';
import { missedEvents } from '../../lambda/changes/missed-changes.ts';
import { ownerEvent } from '../../lambda/changes/outgoing-events.ts';
import { receivedEvents, routedEvents } from '../../lambda/changes/routed-events.ts';
import { toRowChange } from '../../lambda/changes/table-stream.ts';
import { contactGroup } from '../../lambda/events/event.ts';
import { readRoutedOutgoing } from '../../lambda/events/outgoing-event.ts';
import { markOf } from '../../lambda/events/outgoing-mark.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import { type Claims, claimTable } from '../../lambda/sending/claim-table.ts';
import { type Outbox, outboxTable } from '../../lambda/sending/outbox-table.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import type { OutgoingMessage } from '../../lambda/table/outgoing-message.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { type WatchedTable, watchTable } from '../support/change-records.ts';
import { anOutgoing } from '../support/outgoing.ts';
import { aStatus, CHANNEL, metaWebhook, RECEIVED_AT, splitMeta } from '../support/webhooks.ts';

const { signal } = new AbortController();
const CHANGED_AT = RECEIVED_AT + 3000;
const WAMID = 'wamid.ours';
const message = anOutgoing({ channel: CHANNEL, createdAt: RECEIVED_AT - 60_000 });

const emulator = await anEventTable();
let table: WatchedTable;
let outbox: Outbox;
let claims: Claims;
let at: number;

beforeEach(async () => {
  await emulator.clear();
  at = RECEIVED_AT;
  table = watchTable(emulator, () => CHANGED_AT);
  const { tableName } = emulator;
  const options = { tableName, now: () => at, expiresAt: () => RECEIVED_AT / 1000 + 86_400 };
  outbox = outboxTable(table.dynamodb, options);
  claims = claimTable(table.dynamodb, options);
});

const take = (taken: OutgoingMessage = message) => outbox.putContent(taken, 'hash', signal);
const claim = (attempt = 1) => claims.claim(message, attempt, signal);
const doubt = (attempt = 1) => claims.doubt(message, attempt, signal);
const sent = () => claims.record(message, { state: 'sent', wamid: WAMID, sentAt: at }, signal);

async function status(name: string, overrides: object = {}) {
  const { tableName } = emulator;
  const store = eventTable(table.dynamodb, { tableName, retentionDays: 30, now: () => at });
  const mark = { biz_opaque_callback_data: markOf(message.id, 1) };
  const told = { id: WAMID, status: name, ...mark, ...overrides };
  for (const event of splitMeta(metaWebhook({ statuses: [aStatus(told)] }))) {
    await store(event, '1', signal);
  }
}

/** What the changes tell of messages that are sent from here, in their order. */
function events(): readonly RoutedEvent[] {
  return table.records
    .flatMap((record) => routedEvents(toRowChange(record)))
    .filter(({ kind }) => kind === 'outgoing');
}

const told = () => events().map(({ type, payload }) => [type, readRoutedOutgoing(payload).state]);

describe('the changes of a message that is sent from here tell', () => {
  test('that it was taken, with all that there is to know of it', async () => {
    await take();

    expect(events()).toEqual([
      {
        ...{ provider: 'meta', channel: CHANNEL, kind: 'outgoing', type: 'queued' },
        ...{ direction: 'outbound', group: contactGroup(CHANNEL, '5215550001111') },
        id: expect.stringMatching(/^outgoing\.[\w-]{43}$/),
        ...{ occurredAt: message.createdAt, receivedAt: message.createdAt },
        payload: JSON.stringify({
          ...{ id: message.id, state: 'queued', attempt: 1, to: { phone: '5215550001111' } },
        }),
      },
    ]);
  });

  test('that the provider took it, when, and as which; and no tick', async () => {
    await take();
    await claim();
    at += 500;
    await sent();
    await status('delivered');
    await status('read');

    expect(told()).toEqual([
      ['queued', 'queued'],
      ['sent', 'sent'],
    ]);
    expect(events()[1]).toMatchObject({ wamid: WAMID, occurredAt: at, receivedAt: at });
  });

  test('that it is held, as one that was sent', async () => {
    await claim();
    await claims.record(message, { state: 'held', wamid: WAMID, sentAt: at }, signal);

    expect(told()).toEqual([['sent', 'held']]);
  });

  test.each([
    ['before what is recorded', [claim, () => status('sent'), sent]],
    ['in place of it', [claim, () => status('sent')]],
  ] as const)('once that it was sent, where a status comes %s', async (_, steps) => {
    for (const step of steps) await step();

    expect(told()).toEqual([['sent', 'sent']]);
  });

  test('that it was sent, where a status ends its being uncertain', async () => {
    await claim();
    await doubt();
    await status('delivered');

    expect(told()).toEqual([
      ['uncertain', 'uncertain'],
      ['sent', 'sent'],
    ]);
  });

  test('why it was refused, in our word and in the words of the provider', async () => {
    const error = { class: 'recipient', code: '131026', text: 'Undeliverable' };
    await claim();
    await claims.record(message, { state: 'failed', error }, signal);

    expect(told()).toEqual([['failed', 'failed']]);
    expect(readRoutedOutgoing(events()[0]?.payload).error).toEqual(error);
  });

  test('why it failed by a status, in the same words', async () => {
    await claim();
    await sent();
    const errors = [{ code: 131_026, message: 'No', error_data: { details: 'Undeliverable.' } }];
    await status('failed', { errors });

    expect(told()).toEqual([
      ['sent', 'sent'],
      ['failed', 'failed'],
    ]);
    expect(readRoutedOutgoing(events()[1]?.payload).error).toEqual({
      ...{ class: 'recipient', code: '131026', text: 'No: Undeliverable.' },
    });
  });

  test('that it failed without a reason, where the status has none', async () => {
    await claim();
    await status('failed');

    expect(readRoutedOutgoing(events()[1]?.payload).error).toEqual({ class: 'unknown' });
  });

  test('nothing of a failure that comes after it was delivered', async () => {
    await claim();
    await status('delivered');
    await status('failed');

    expect(told()).toEqual([['sent', 'sent']]);
  });

  test('nothing of a try that was refused and is made again', async () => {
    await claim();
    await claims.release(message, { attempt: 1, retryAt: at }, signal);
    await claim(2);
    await sent();

    expect(told()).toEqual([['sent', 'sent']]);
    expect(readRoutedOutgoing(events()[0]?.payload).attempt).toBe(2);
  });

  test('each time that it is uncertain, and that it is sent again', async () => {
    await claim();
    await doubt();
    await claims.release(message, { attempt: 1, retryAt: at }, signal, 'uncertain');
    await claim(2);
    await doubt(2);

    expect(told()).toEqual([
      ['uncertain', 'uncertain'],
      ['queued', 'queued'],
      ['uncertain', 'uncertain'],
    ]);
    expect(new Set(events().map(({ id }) => id)).size).toBe(3);
  });

  test.each(['cancelled', 'expired'] as const)('that it never goes out: %s', async (state) => {
    await claims.settleUnsent(message, state, signal);

    expect(told()).toEqual([['failed', state]]);
  });

  test('in which chat it is, where that is a group', async () => {
    await take(anOutgoing({ channel: CHANNEL, to: { kind: 'group', name: 'group1' } }));

    expect(events()[0]).toMatchObject({ chat: 'group', group: contactGroup(CHANNEL, 'group1') });
  });

  test('of a session of WasenderApi, whose it is', async () => {
    await claims.claim({ ...message, provider: 'wasender' }, 1, signal);
    await claims.record(message, { state: 'sent', msgId: '7', sentAt: at }, signal);

    expect(events()).toMatchObject([{ provider: 'wasender', type: 'sent' }]);
  });

  test('the same each time that they are told', async () => {
    await take();
    await claim();
    await sent();

    expect(events()).toEqual(events());
  });
});

describe('no event', () => {
  test('tells of a message of an earlier release, which does not say whose it is', async () => {
    const { id, channel } = message;
    await claims.claim({ id, channel }, 1, signal);
    await sent();

    expect(events()).toEqual([]);
  });

  test('tells of what somebody forged a mark of', async () => {
    await status('sent');

    expect(events()).toEqual([]);
  });

  test('tells of what was forgotten', async () => {
    await take();
    await claim();
    const [content, record] = table.records.map((one) => toRowChange(one).after ?? {});
    const forgottenAt = { S: '1' };

    for (const row of [content, record]) {
      const after = { ...row, forgottenAt, state: { S: 'failed' } };
      expect(routedEvents({ before: row, after, changedAt: 0 })).toEqual([]);
    }
  });

  test('is archived, or found again in the table after a gap', async () => {
    await take();
    await claim();
    await sent();

    for (const record of table.records) {
      const change = toRowChange(record);
      expect(receivedEvents(change)).toEqual([]);
      expect(missedEvents(change.after ?? {}, { from: 0, until: Infinity })).toEqual([]);
    }
  });
});

test('each row of a message says whose it is, whatever has become of it', async () => {
  await take();
  await claim();
  const rows = table.records.map((record) => toRowChange(record).after ?? {});

  for (const row of rows) {
    expect(ownerEvent(row)?.group).toBe(contactGroup(CHANNEL, '5215550001111'));
  }
  expect(rows).toHaveLength(2);
  expect(ownerEvent({ pk: { S: 'outgoing.1.msg' }, sk: { S: 'message' } })).toBeUndefined();
});
