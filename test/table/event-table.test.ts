import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { QueuedEvent } from '../../lambda/events/envelope.ts';
import { contactGroup, messageGroup } from '../../lambda/events/event.ts';
import type { CallAws } from '../../lambda/shared/aws/json-protocol.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';
import {
  type EventTableOptions,
  eventTable,
  type StoreEvent,
} from '../../lambda/table/event-table.ts';
import { namesPartition, timeKey } from '../../lambda/table/keys.ts';
import { anEventTable } from '../support/an-event-table.ts';
import type { Row } from '../support/event-table-emulator.ts';
import {
  CHANNEL,
  OCCURRED_AT,
  PHONE,
  queuedMessageEvent,
  queuedStatusEvent,
  WAMID,
} from '../support/queued-events.ts';
import { FULL, refusing } from '../support/refusing-table.ts';

const NOW = OCCURRED_AT + 60_000;
const DAY_SECONDS = 86_400;
const USER_ID = 'US.13491208655302741918';

const emulator = await anEventTable();
let store: (event: QueuedEvent, sequenceNumber?: string) => ReturnType<StoreEvent>;
let now = NOW;

beforeEach(async () => {
  now = NOW;
  store = coldTable();
});

/** The adapter as in a function that has just started. */
function coldTable(others: Partial<EventTableOptions> = {}) {
  const { dynamodb, tableName } = emulator;
  const table = eventTable(dynamodb, { tableName, retentionDays: 30, now: () => now, ...others });
  return (event: QueuedEvent, sequenceNumber = '42') =>
    table(event, sequenceNumber, new AbortController().signal);
}

const rowsAt = async (sortKey: string) =>
  (await emulator.rows()).filter(({ sk }) => sk?.S === sortKey);

describe('the days of a channel', () => {
  test('are those of its rows, and twice those of its links; other channels have their own', async () => {
    store = coldTable({ channelRetentionDays: { shop: 100 } });
    const links = [{ relation: 'same', from: PHONE, to: USER_ID } as const];
    await store(queuedMessageEvent({ channel: 'shop', id: 'message.1', links }));
    await store(queuedStatusEvent('read', { channel: 'shop' }));
    await store(queuedMessageEvent({ channel: 'toString', id: 'message.2' }));

    const days = (row: Row) => (Number(row['expiresAt']?.N) - NOW / 1000) / DAY_SECONDS;
    const kept = (await emulator.rows()).map((row) => [row['sk']?.S, days(row)]);
    expect(Object.fromEntries(kept)).toEqual({
      ...{ 'message.1': 100, message: 100, 'message.2': 30, [`same#${USER_ID}`]: 200 },
    });
  });
});

describe('the days that a channel says for itself', () => {
  test.each([
    [9, 9],
    [100, 100],
    [400, 100],
    [undefined, 30],
  ])('%s are %s: no longer than anything of the stage is kept', async (own, kept) => {
    store = coldTable({ channelRetentionDays: { other: 100 }, ownDays: async () => own });
    await store(queuedMessageEvent({ channel: 'shop', id: 'message.1' }));

    const [row] = await rowsAt('message.1');
    expect((Number(row?.['expiresAt']?.N) - NOW / 1000) / DAY_SECONDS).toBe(kept);
  });

  test('have the event wait for the table, where nobody can be asked', async () => {
    store = coldTable({ ownDays: () => Promise.reject(new Error('away')) });

    await expect(store(queuedMessageEvent())).rejects.toThrow('away');
    expect(await emulator.rows()).toEqual([]);
  });
});

describe('an event', () => {
  test('becomes a row that its group orders by time and by the order SQS took it', async () => {
    const event = queuedMessageEvent();

    expect(await store(event)).toBe('stored');

    expect(await emulator.rows()).toEqual([
      {
        pk: { S: event.group },
        sk: { S: event.id },
        at: { S: `${OCCURRED_AT}#00000000000000000042` },
        provider: { S: 'meta' },
        channel: { S: CHANNEL },
        direction: { S: 'inbound' },
        type: { S: 'text' },
        wamid: { S: WAMID },
        receivedAt: { N: String(OCCURRED_AT + 1000) },
        expiresAt: { N: String(NOW / 1000 + 30 * DAY_SECONDS) },
        payload: { S: event.payload },
      },
    ]);
  });

  test('is a duplicate the second time, and the first row stays', async () => {
    await store(queuedMessageEvent());
    const before = await emulator.rows();

    expect(await coldTable()(queuedMessageEvent({ payload: '{}' }), '43')).toBe('duplicate');
    expect(await emulator.rows()).toEqual(before);
  });

  test('expires so long after it was stored, however old it is', async () => {
    await store(queuedMessageEvent({ kind: 'history', occurredAt: 1_600_000_000_000 }));

    const [row] = await emulator.rows();
    expect(row?.expiresAt?.N).toBe(String(NOW / 1000 + 30 * DAY_SECONDS));
  });

  test('without a wamid, with its payload in the overflow bucket, says where that is', async () => {
    const { wamid: _, payload: __, ...others } = queuedMessageEvent();

    await store({ ...others, payloadKey: 'payloads/x.json' });

    const [row] = await emulator.rows();
    expect(row?.payloadKey).toEqual({ S: 'payloads/x.json' });
    expect(row).not.toHaveProperty('payload');
    expect(row).not.toHaveProperty('wamid');
  });

  test.each([
    ['an unpaired surrogate', { type: 'a\uD800b', wamid: '\uDFFF' }],
    ['a character that SQS does not take', { type: 'a\uFFFEb\uFFFF', wamid: '\u0000' }],
    ['empty texts', { type: '', wamid: '', payload: '' }],
    ['a time before 1970', { occurredAt: -1, receivedAt: -1 }],
    ['a time beyond all clocks', { occurredAt: 1e300, receivedAt: 1e300 }],
    ['half a millisecond', { occurredAt: 1.5, receivedAt: 1.5 }],
  ])('is stored with %s in it', async (_, overrides) => {
    expect(await store(queuedMessageEvent(overrides))).toBe('stored');

    const [row] = await emulator.rows();
    expect(row?.at?.S).toMatch(/^\d{13}#\d{20}$/);
  });

  test('is refused when it is larger than a row', async () => {
    const event = queuedMessageEvent({ payload: 'x'.repeat(410_000) });

    expect(await store(event)).toBe('refused-by-table');
  });

  test('is refused when DynamoDB says that it can never be read or that its contact is full', async () => {
    for (const name of ['SerializationException', 'ItemCollectionSizeLimitExceededException']) {
      expect(await failingTable(name)(queuedMessageEvent())).toBe('refused-by-table');
    }
  });

  test('is stored where the partition of a link is full: the link is given up, and not asked for again', async () => {
    let givenUp = 0;
    const table = refusing(FULL, { table: emulator.dynamodb, only: /^UpdateItem/ });
    const full = eventTable(table, {
      ...{ tableName: emulator.tableName, retentionDays: 30, now: () => now },
      onLinkGivenUp: () => {
        givenUp += 1;
      },
    });
    const links = [{ relation: 'same', from: PHONE, to: USER_ID } as const];
    for (const id of ['message.1', 'message.2']) {
      const stored = full(queuedMessageEvent({ id, links }), '1', new AbortController().signal);
      expect(await stored).toBe('stored');
    }
    expect(givenUp).toBe(1);
    expect((await emulator.rows()).map(({ sk }) => sk?.S)).toEqual(['message.1', 'message.2']);
  });

  test('is refused, not dropped, where it is a status of a message whose partition is full', async () => {
    expect(await failingTable(FULL)(queuedStatusEvent('read'))).toBe('refused-by-table');
  });

  test.each([
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
    'InternalServerError',
    'ResourceNotFoundException',
    'AccessDeniedException',
    'UnrecognizedClientException',
    'TimeoutError',
    'AbortError',
    'Error',
  ])('is not refused but fails on %s', async (name) => {
    await expect(failingTable(name)(queuedMessageEvent())).rejects.toThrow(name);
  });

  test('is not refused but fails on what is no error', async () => {
    const lost = () => Promise.reject('lost');
    const table = eventTable(lost, { tableName: 'events', retentionDays: 30, now: () => now });

    const stored = table(queuedMessageEvent(), '1', new AbortController().signal);
    await expect(stored).rejects.toBe('lost');
  });
});

/** The adapter over a table on which every write fails so. */
function failingTable(name: string) {
  const fails = () => Promise.reject(new AwsRequestError('dynamodb', name));
  const table = eventTable(fails, { tableName: 'events', retentionDays: 30, now: () => now });
  return (event: QueuedEvent) => table(event, '1', new AbortController().signal);
}

describe('a link between two names', () => {
  const link = { relation: 'same', from: PHONE, to: USER_ID } as const;
  const event = queuedMessageEvent({ links: [link] });
  const links = () => rowsAt(`same#${USER_ID}`);

  test('is found from either name, and outlives the rows that need it', async () => {
    await store(event);

    expect(await links()).toEqual([
      {
        pk: { S: namesPartition(CHANNEL, PHONE) },
        sk: { S: `same#${USER_ID}` },
        from: { S: PHONE },
        to: { S: USER_ID },
        seenAt: { N: String(OCCURRED_AT) },
        timelinePk: { S: namesPartition(CHANNEL, USER_ID) },
        timelineAt: { S: String(OCCURRED_AT) },
        expiresAt: { N: String(NOW / 1000 + 60 * DAY_SECONDS) },
      },
    ]);
  });

  test('is written before the event that shows it', async () => {
    await store(event);

    expect(emulator.operations).toEqual(['UpdateItem', 'PutItem']);
  });

  test('keeps the event from being stored when it is not', async () => {
    const { dynamodb, tableName } = emulator;
    const onlyPuts: CallAws = (operation, ...rest) =>
      operation === 'PutItem'
        ? dynamodb(operation, ...rest)
        : Promise.reject(new Error('link not stored'));
    const table = eventTable(onlyPuts, { tableName, retentionDays: 30, now: () => now });

    const stored = table(event, '1', new AbortController().signal);
    await expect(stored).rejects.toThrow('link not stored');
    expect(await emulator.rows()).toEqual([]);
  });

  test('costs nothing once it is known, for a day', async () => {
    const other = queuedMessageEvent({ links: [link], id: 'message.other' });
    await store(event);
    emulator.operations.length = 0;

    await store(other);
    expect(emulator.operations).toEqual(['PutItem']);

    now += DAY_SECONDS * 1000;
    await store(other);
    expect(emulator.operations).toEqual(['PutItem', 'UpdateItem', 'PutItem']);
  });

  test('keeps the time when it was first seen', async () => {
    await store(event);
    await coldTable()(queuedMessageEvent({ links: [link], occurredAt: OCCURRED_AT + 5 }));

    const [row] = await links();
    expect(row?.seenAt?.N).toBe(String(OCCURRED_AT));
    expect(row?.timelineAt?.S).toBe(String(OCCURRED_AT));
  });

  test('takes the time of an earlier event that comes late, known or not', async () => {
    await store(event);
    await store(queuedMessageEvent({ links: [link], occurredAt: OCCURRED_AT - 5 }));
    await coldTable()(queuedMessageEvent({ links: [link], occurredAt: OCCURRED_AT - 3 }));

    const [row] = await links();
    expect(row?.seenAt?.N).toBe(String(OCCURRED_AT - 5));
    expect(row?.timelineAt?.S).toBe(String(OCCURRED_AT - 5));
  });

  test('is known for its channel only', async () => {
    await store(event);
    await store(queuedMessageEvent({ links: [link], channel: 'other' }));

    expect(await links()).toHaveLength(2);
  });
});

describe('a status', () => {
  const sent = queuedStatusEvent('sent', { detail: '{"pricing":{}}' });
  const delivered = queuedStatusEvent('delivered', { occurredAt: OCCURRED_AT + 2000 });
  const message = async () => (await rowsAt('message'))[0];

  test('becomes part of its message, in the timeline of the contact', async () => {
    expect(await store(sent)).toBe('stored');
    expect(await store(delivered)).toBe('stored');

    expect(await emulator.rows()).toEqual([
      {
        pk: { S: messageGroup(CHANNEL, WAMID) },
        sk: { S: 'message' },
        provider: { S: 'meta' },
        channel: { S: CHANNEL },
        wamid: { S: WAMID },
        account: { S: '102290129340398' },
        displayPhoneNumber: { S: '15550783881' },
        recipientPhone: { S: PHONE },
        'status.sent': { N: String(OCCURRED_AT) },
        'received.sent': { N: String(OCCURRED_AT + 1000) },
        'detail.sent': { S: '{"pricing":{}}' },
        'status.delivered': { N: String(OCCURRED_AT + 2000) },
        'received.delivered': { N: String(OCCURRED_AT + 1000) },
        timelinePk: { S: contactGroup(CHANNEL, PHONE) },
        timelineAt: { S: String(OCCURRED_AT) },
        expiresAt: { N: String(NOW / 1000 + 30 * DAY_SECONDS) },
      },
    ]);
  });

  test('keeps its first time, and renews how long the message is kept', async () => {
    await store(sent);
    now += 1000;
    await store(queuedStatusEvent('sent', { occurredAt: OCCURRED_AT + 7000 }));

    const row = await message();
    expect(row?.['status.sent']?.N).toBe(String(OCCURRED_AT));
    expect(row?.expiresAt?.N).toBe(String(NOW / 1000 + 1 + 30 * DAY_SECONDS));
  });

  test('that happened earlier and came later moves the message to its earlier time', async () => {
    await store(delivered);
    await store(sent);

    expect((await message())?.timelineAt?.S).toBe(timeKey(OCCURRED_AT));
    expect(emulator.operations).toEqual(['UpdateItem', 'UpdateItem', 'UpdateItem']);
  });

  test('is stored though the message moved further in between', async () => {
    await store(delivered);
    const { dynamodb, tableName } = emulator;
    let calls = 0;
    const overtaken: CallAws = async (...call) => {
      calls += 1;
      if (calls === 2) await coldTable()(queuedStatusEvent('accepted', { occurredAt: 5 }));
      return dynamodb(...call);
    };
    const raced = eventTable(overtaken, { tableName, retentionDays: 30, now: () => now });

    expect(await raced(sent, '1', new AbortController().signal)).toBe('stored');

    const row = await message();
    expect(row?.timelineAt?.S).toBe(timeKey(5));
    expect(row).toHaveProperty(['status.sent']);
  });

  test('of any name is kept, beside those that are known', async () => {
    await store(queuedStatusEvent('teleported #:\uD800'));

    expect(await message()).toHaveProperty(['status.teleported #:\uFFFD']);
  });

  test('with its payload in the overflow bucket says where that is instead of the detail', async () => {
    const { payload: _, ...others } = sent;

    await store({ ...others, payloadKey: 'payloads/x.json' });

    const row = await message();
    expect(row?.['payloadKey.sent']).toEqual({ S: 'payloads/x.json' });
    expect(row).not.toHaveProperty(['detail.sent']);
  });

  test('whose recipient is unknown is kept outside of all timelines', async () => {
    await store(queuedStatusEvent('sent', { contact: {} }));

    expect(await message()).not.toHaveProperty('timelinePk');
  });

  test.each([
    [{ phone: PHONE, lid: '2@lid' }, '2@lid'],
    [{ phone: PHONE, lid: '2@lid', userId: USER_ID }, USER_ID],
    [{ phone: PHONE, userId: USER_ID, chatId: 'chat' }, 'chat'],
  ])('puts the message under its most lasting name: %o', async (contact, name) => {
    await store(queuedStatusEvent('sent', { contact }));

    expect((await message())?.timelinePk?.S).toBe(contactGroup(CHANNEL, name));
  });

  test('without a status or a message to it can never be stored', async () => {
    const { status: _, ...withoutStatus } = sent;
    const { wamid: __, ...withoutWamid } = sent;

    await expect(store(withoutStatus)).rejects.toMatchObject({ name: 'PermanentError' });
    await expect(store(withoutWamid)).rejects.toMatchObject({ name: 'PermanentError' });
  });
});

describe('a status of a group chat', () => {
  const contact = { chatId: 'group-1', phone: PHONE, userId: USER_ID };

  test('is kept for each participant, after the message is in the timeline of the chat', async () => {
    await store(queuedStatusEvent('read', { participant: USER_ID, contact, detail: '{}' }));
    await store(
      queuedStatusEvent('read', {
        participant: 'other',
        contact: { chatId: 'group-1' },
        occurredAt: OCCURRED_AT + 1,
      }),
    );

    const expiresAt = { N: String(NOW / 1000 + 30 * DAY_SECONDS) };
    expect(await rowsAt(`participant#${USER_ID}`)).toEqual([
      {
        pk: { S: messageGroup(CHANNEL, WAMID) },
        sk: { S: `participant#${USER_ID}` },
        provider: { S: 'meta' },
        channel: { S: CHANNEL },
        wamid: { S: WAMID },
        account: { S: '102290129340398' },
        displayPhoneNumber: { S: '15550783881' },
        recipientChatId: { S: 'group-1' },
        recipientPhone: { S: PHONE },
        recipientUserId: { S: USER_ID },
        'status.read': { N: String(OCCURRED_AT) },
        'received.read': { N: String(OCCURRED_AT + 1000) },
        'detail.read': { S: '{}' },
        expiresAt,
      },
    ]);
    expect(await rowsAt('participant#other')).toHaveLength(1);
    expect(await rowsAt('message')).toEqual([
      {
        pk: { S: messageGroup(CHANNEL, WAMID) },
        sk: { S: 'message' },
        provider: { S: 'meta' },
        channel: { S: CHANNEL },
        wamid: { S: WAMID },
        account: { S: '102290129340398' },
        displayPhoneNumber: { S: '15550783881' },
        recipientChatId: { S: 'group-1' },
        timelinePk: { S: contactGroup(CHANNEL, 'group-1') },
        timelineAt: { S: String(OCCURRED_AT) },
        expiresAt,
      },
    ]);
  });

  test('that names no chat leaves the participant out of the message', async () => {
    await store(queuedStatusEvent('read', { participant: PHONE }));

    const [row] = await rowsAt('message');
    expect(row).not.toHaveProperty('recipientPhone');
    expect(row).not.toHaveProperty('timelinePk');
  });
});

describe('statuses in any order, any number of times', () => {
  const of = (contact: QueuedEvent['contact'], participants: readonly (string | undefined)[]) =>
    // Two at the same time, and one with a clock that is off.
    Object.entries({
      accepted: 0,
      sent: 1,
      failed: 5,
      delivered: 5,
      read: -3,
      teleported: 9,
    }).flatMap(([name, offset]) =>
      participants.map((participant) =>
        queuedStatusEvent(name, {
          contact,
          detail: `{"of":"${name}"}`,
          occurredAt: OCCURRED_AT + offset,
          ...(participant === undefined ? {} : { participant }),
        }),
      ),
    );
  const phoneOnly = of({ phone: PHONE }, [undefined]).slice(0, 3);
  const cases = {
    'of one contact': of({ phone: PHONE }, [undefined]),
    'some with a BSUID, some with the phone number only': [
      ...phoneOnly,
      ...of({ phone: PHONE, userId: USER_ID }, [undefined]).slice(3),
    ],
    'of the participants of a group chat': of({ chatId: 'group-1' }, ['a', 'b', undefined]),
  };

  test.each(Object.entries(cases))('leave the same rows: %s', async (_, statuses) => {
    const settle = async (events: readonly QueuedEvent[]): Promise<readonly Row[]> => {
      await emulator.clear();
      for (const event of events) await store(event);
      const rows = await emulator.rows();
      return rows.toSorted((a, b) => String(a['sk']?.S).localeCompare(String(b['sk']?.S)));
    };
    const expected = await settle(statuses);
    const shuffled = fc
      .tuple(
        fc.shuffledSubarray(statuses, { minLength: statuses.length }),
        fc.array(fc.constantFrom(...statuses), { maxLength: 6 }),
      )
      .chain(([all, again]) =>
        fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }),
      );

    await fc.assert(
      fc.asyncProperty(shuffled, async (events) => {
        expect(await settle(events)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });
});
