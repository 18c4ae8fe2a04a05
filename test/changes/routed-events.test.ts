import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { missedEvents } from '../../lambda/changes/missed-changes.ts';
import { receivedEvents, routedEvents } from '../../lambda/changes/routed-events.ts';
import type { RowChange } from '../../lambda/changes/row-change.ts';
import { toRowChange, toStreamRecords } from '../../lambda/changes/table-stream.ts';
import type { WebhookEvent } from '../../lambda/events/event.ts';
import { isNews, type MediaState } from '../../lambda/events/media-state.ts';
import { isOversized, parkedEvent } from '../../lambda/events/oversized.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import { mediaTable } from '../../lambda/media/files-table.ts';
import { eventTable, type StoreEvent } from '../../lambda/table/event-table.ts';
import { claimPut } from '../../lambda/table/writes.ts';
import { META_SHAPES, WASENDER_SHAPES } from '../hostile/webhook-shapes.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { type WatchedTable, watchTable } from '../support/change-records.ts';
import { aPhotoEvent, routed as asRouted, STORED_MEDIA } from '../support/deliveries.ts';
import {
  aContact,
  aMessage,
  aStatus,
  CHANNEL,
  metaChanges,
  metaEvent,
  metaWebhook,
  only,
  RECEIVED_AT,
  splitMeta,
  splitWasender,
  wasenderEvent,
  wasenderWebhook,
} from '../support/webhooks.ts';

const { signal } = new AbortController();
const STORED_AT = RECEIVED_AT + 3000;

const emulator = await anEventTable();
let table: WatchedTable;
let store: StoreEvent;

beforeEach(startAfresh);

async function startAfresh() {
  await emulator.clear();
  table = watchTable(emulator, () => STORED_AT);
  const { tableName } = emulator;
  store = eventTable(table.dynamodb, { tableName, retentionDays: 30, now: () => STORED_AT });
}

/** Stores events as the processor does, and reads the table's changes as the router does. */
async function storeAndRoute(...events: readonly WebhookEvent[]): Promise<readonly RoutedEvent[]> {
  for (const [index, event] of events.entries()) {
    const queued = isOversized(event) ? parkedEvent(event) : event;
    await store(queued, String(index), new AbortController().signal);
  }
  return toStreamRecords(table.records, routedEvents).flatMap((record) => record.events());
}

function changes(): readonly RowChange[] {
  return table.records.map(toRowChange);
}

/** What of an event must be the same on its way to a subscriber. */
function factsOf({ provider, channel, group, id, kind, direction, type, wamid }: RoutedEvent) {
  return { provider, channel, group, id, kind, direction, type, wamid };
}

function splitAgain({ provider, channel, payload = '' }: RoutedEvent): WebhookEvent {
  return only(provider === 'meta' ? splitMeta(payload) : splitWasender(payload, channel));
}

/** An event and its time, by which doubles and order are told. */
function identityOf({ id, group, occurredAt }: RoutedEvent | WebhookEvent) {
  return { id, group, occurredAt };
}

/** Each event is routed once, as itself, with a payload that splits into it again. */
async function expectRouted(events: readonly WebhookEvent[]) {
  const routed = await storeAndRoute(...events);

  expect(routed.map(factsOf)).toEqual(events.map(factsOf));
  expect(routed.map(identityOf)).toEqual(events.map(identityOf));
  const known = routed.filter((event) => !isError(event));
  expect(known.map(splitAgain).map(identityOf)).toEqual(known.map(identityOf));
}

/** An error of the account is known by what it stood beside, which its payload has not. */
function isError({ kind, payload = '' }: RoutedEvent): boolean {
  return kind === 'account' && payload.includes('"errors":[');
}

/** Those of them that the table tells apart: an event that comes twice is routed once. */
function distinct(events: readonly WebhookEvent[]): readonly WebhookEvent[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}

describe('each event of a webhook is routed once, with a payload that splits into it again', () => {
  test.each(META_SHAPES)('Meta: %#', (body) => expectRouted(splitMeta(body)));

  test.each(WASENDER_SHAPES)('WasenderApi: %#', (body) =>
    expectRouted(distinct(splitWasender(body))),
  );
});

const EVENT = { provider: 'meta', channel: CHANNEL, receivedAt: RECEIVED_AT } as const;

describe('an event', () => {
  test('are told of a row that is put over a claim in its favour', async () => {
    const event = metaEvent({ messages: [aMessage()] });
    const own = { pk: event.group, sk: event.id };
    const claim = claimPut(own, STORED_AT, { owner: own, holder: { pk: 'other', sk: 'other' } });
    await table.dynamodb('PutItem', { TableName: emulator.tableName, ...claim }, signal);

    expect(await storeAndRoute(event)).toMatchObject([{ id: event.id }]);
  });

  test('goes with the payload that came, as received', async () => {
    const event = metaEvent({ contacts: [aContact()], messages: [aMessage()] });

    const [routed] = await storeAndRoute(event);

    expect(routed).toEqual({
      ...EVENT,
      ...{ kind: 'message', direction: 'inbound', type: 'text' },
      ...{ group: event.group, id: event.id, wamid: event.wamid },
      ...{ occurredAt: event.occurredAt, payload: event.payload },
    });
  });

  test('that is too big goes by the key of its payload', async () => {
    const text = { body: 'x'.repeat(360_000) };
    const event = metaEvent({ messages: [aMessage({ text })] });

    const [routed] = await storeAndRoute(event);

    expect(routed).toMatchObject({ id: event.id, payloadKey: `payloads/${event.id}.json` });
    expect(routed).not.toHaveProperty('payload');
  });

  test.each([
    ["a group's message", { messages: [aMessage({ group_id: 'Y2FwaQ' })] }, 'group'],
    [
      "a group's status",
      {
        statuses: [
          aStatus({
            ...{ recipient_type: 'group', recipient_id: 'Y2FwaQ', recipient_user_id: undefined },
            recipient_participant_user_id: 'MX.1',
          }),
        ],
      },
      'group',
    ],
    ['a private message', { messages: [aMessage()] }, undefined],
    ['a private status', { statuses: [aStatus()] }, undefined],
  ])('says its chat where that is not private: %s', async (_, value, chat) => {
    const [routed] = await storeAndRoute(metaEvent(value));

    expect(routed?.chat).toBe(chat);
  });

  test('that is too big says its chat all the same', async () => {
    const key = { id: 'A', fromMe: false, remoteJid: 'status@broadcast' };
    const message = { conversation: 'x'.repeat(360_000) };
    const event = wasenderEvent('messages.upsert', { key, message });

    expect(await storeAndRoute(event)).toMatchObject([{ chat: 'status' }]);
  });

  test('that comes again is routed once', async () => {
    const event = metaEvent({ messages: [aMessage()] });

    expect(await storeAndRoute(event, event)).toHaveLength(1);
  });

  test('is not routed again when its row is changed or deleted', async () => {
    await storeAndRoute(metaEvent({ messages: [aMessage()] }));
    const row = changes().find(({ after }) => after?.['provider'] !== undefined)?.after;

    expect(routedEvents({ before: row, after: row, changedAt: STORED_AT })).toEqual([]);
    expect(routedEvents({ before: row, after: undefined, changedAt: STORED_AT })).toEqual([]);
  });
});

const NEVER = new AbortController().signal;

/** Settles the file of a message as the media function does. */
async function settle({ group, id }: WebhookEvent, media: MediaState) {
  const { settle: write } = mediaTable(table.dynamodb, emulator.tableName, () => SETTLED_AT);
  await write({ group, id }, media, NEVER);
}

const SETTLED_AT = STORED_AT + 1234;
const LOST: MediaState = { state: 'failed', reason: 'sha256' };

describe('what became of the file of a message', () => {
  test('is routed once, behind the message, with all that the message has', async () => {
    const photo = aPhotoEvent();
    await storeAndRoute(photo);
    await settle(photo, STORED_MEDIA);
    await settle(photo, LOST);

    const message = asRouted(photo);
    expect(changes().flatMap(routedEvents)).toEqual([
      message,
      {
        ...message,
        id: `media.${photo.id}`,
        media: { ...STORED_MEDIA, eventId: photo.id, settledAt: SETTLED_AT },
      },
    ]);
    const row = changes().at(-1)?.after;
    expect(routedEvents({ before: row, after: row, changedAt: SETTLED_AT })).toEqual([]);
  });

  test('goes with the key of a payload that is too big', async () => {
    const photo = aPhotoEvent({ image: { id: '1', caption: 'x'.repeat(360_000) } });
    await storeAndRoute(photo);
    await settle(photo, LOST);

    const [, told] = changes().flatMap(routedEvents);
    expect(told).toMatchObject({ payloadKey: `payloads/${photo.id}.json`, media: LOST });
    expect(told).not.toHaveProperty('payload');
  });

  test.each(['policy', 'no-token'] as const)(
    'is nobody’s business where it is %s',
    async (reason) => {
      const photo = aPhotoEvent();
      await storeAndRoute(photo);
      await settle(photo, { state: 'skipped', reason });

      expect(changes().flatMap(routedEvents)).toEqual([asRouted(photo)]);
    },
  );

  test('did not come from a provider: the archive and replays hear of the message alone', async () => {
    const photo = aPhotoEvent();
    await storeAndRoute(photo);
    await settle(photo, STORED_MEDIA);

    expect(changes().flatMap(receivedEvents)).toEqual([asRouted(photo)]);
    const after = changes().at(-1)?.after;
    expect(receivedEvents({ before: undefined, after, changedAt: 0 })).toEqual([asRouted(photo)]);
  });

  test.each<[string, number, number, string[]]>([
    ['both, the message first', RECEIVED_AT, SETTLED_AT + 1, ['message', 'media']],
    ['the message alone', RECEIVED_AT, SETTLED_AT, ['message']],
    ['the file alone', RECEIVED_AT + 1, SETTLED_AT + 1, ['media']],
    ['neither', RECEIVED_AT + 1, SETTLED_AT, []],
  ])('is made up after a gap by its own time: %s', async (_, from, until, expected) => {
    const photo = aPhotoEvent();
    await storeAndRoute(photo);
    await settle(photo, STORED_MEDIA);
    const row = changes().at(-1)?.after ?? {};

    const told = missedEvents(row, { from, until });
    expect(told.map(({ id }) => id.split('.')[0])).toEqual(expected);
    const inStream = changes().flatMap(routedEvents);
    for (const event of told) expect(inStream).toContainEqual(event);
  });

  test('is told once for each message, in the order of its settling, and never before the message', async () => {
    const aState = fc.constantFrom<MediaState>(
      STORED_MEDIA,
      LOST,
      { state: 'expired' },
      { state: 'skipped', reason: 'too-big' },
      { state: 'skipped', reason: 'policy' },
    );
    const someSteps = fc.array(fc.tuple(fc.nat(3), fc.option(aState)), { maxLength: 16 });
    await fc.assert(
      fc
        .asyncProperty(someSteps, async (steps) => {
          const states = new Map<number, 'waits' | 'settled'>();
          const expected: string[] = [];
          for (const [who, media] of steps) {
            const photo = aPhotoEvent({ id: `wamid.${who}` });
            const before = states.get(who);
            if (media === null) {
              await store(photo, String(who), NEVER);
              if (before === undefined) expected.push(photo.id);
              states.set(who, before ?? 'waits');
            } else {
              await settle(photo, media);
              if (before !== 'waits') continue;
              if (isNews(media)) expected.push(`media.${photo.id}`);
              states.set(who, 'settled');
            }
          }
          expect(
            changes()
              .flatMap(routedEvents)
              .map(({ id }) => id),
          ).toEqual(expected);
        })
        .beforeEach(startAfresh),
      { numRuns: 30 },
    );
  });
});

describe('rows that are no events', () => {
  test('are routed to nobody', () => {
    const row = { pk: { S: 'subscribers' }, sk: { S: 'sub_a' }, config: { S: '{}' } };

    expect(routedEvents({ before: undefined, after: row, changedAt: STORED_AT })).toEqual([]);
  });

  test('throw where they look like one and lack what each has', () => {
    const keys = { pk: { S: 'message.a' }, sk: { S: 'message' } };
    const sent = { ...keys, 'status.sent': { N: '1' } };
    const stored = { ...keys, sk: { S: 'message.b' } };

    for (const after of [sent, stored]) {
      expect(() => routedEvents({ before: undefined, after, changedAt: 0 })).toThrow(
        'a row without',
      );
    }
  });
});

const statuses = (...leaves: readonly object[]) => splitMeta(metaWebhook({ statuses: leaves }));

describe('a status', () => {
  test('is the webhook that Meta sends of one status', async () => {
    const failed = aStatus({
      ...{ status: 'failed', pricing: { billable: false, model: 'PMP' } },
      errors: [{ code: 131026, title: 'Message undeliverable' }],
    });
    const webhook = metaWebhook({ contacts: [aContact()], statuses: [failed] });

    const [routed] = await storeAndRoute(only(splitMeta(webhook)));

    expect(JSON.parse(routed?.payload ?? '')).toEqual(JSON.parse(webhook));
  });

  test('of a group chat names the chat and the member', async () => {
    const webhook = metaWebhook({
      statuses: [
        aStatus({
          ...{ recipient_type: 'group', recipient_id: 'Y2FwaQ', recipient_user_id: undefined },
          recipient_participant_user_id: 'MX.1',
        }),
      ],
    });

    const [routed] = await storeAndRoute(only(splitMeta(webhook)));

    expect(JSON.parse(routed?.payload ?? '')).toEqual(JSON.parse(webhook));
  });

  test.each([
    ['messages.update', { key: { id: '3EB0', fromMe: true }, update: { status: 3 } }],
    [
      'message-receipt.update',
      {
        message: {
          key: { id: '3EB0', fromMe: true, remoteJid: '1@g.us' },
          receipt: { userJid: '2@lid', readTimestamp: 1 },
        },
      },
    ],
  ])('is the webhook that WasenderApi sends: %s', async (name, data) => {
    const webhook = wasenderWebhook(name, data);

    const [routed] = await storeAndRoute(only(splitWasender(webhook)));

    expect(JSON.parse(routed?.payload ?? '')).toEqual(JSON.parse(webhook));
  });

  test('is routed when it is new, and the one before it is not routed again', async () => {
    const events = statuses(aStatus({ status: 'sent' }), aStatus(), aStatus({ status: 'sent' }));

    expect((await storeAndRoute(...events)).map(({ type }) => type)).toEqual(['sent', 'delivered']);
  });

  test('earlier than all before it is routed too, once', async () => {
    const late = statuses(aStatus(), aStatus({ status: 'sent', timestamp: '1795212000' }));

    expect((await storeAndRoute(...late)).map(({ type }) => type)).toEqual(['delivered', 'sent']);
  });

  test('counts as received when it was, however long after that the table was told', async () => {
    const [routed] = await storeAndRoute(...statuses(aStatus()));

    expect(routed?.receivedAt).toBe(RECEIVED_AT);
  });

  test('that an earlier release stored counts as received when the table was told of it', async () => {
    await storeAndRoute(...statuses(aStatus({ status: 'read' })));
    const { 'received.read': _, ...after } = changes().at(-1)?.after ?? {};

    const [event] = routedEvents({ before: undefined, after, changedAt: STORED_AT });
    expect(event?.receivedAt).toBe(STORED_AT);
  });

  test.each([
    ['within it', RECEIVED_AT, RECEIVED_AT + 1, true],
    ['after it', RECEIVED_AT - 1, RECEIVED_AT, false],
    ['before it', RECEIVED_AT + 1, RECEIVED_AT + 2, false],
  ])(
    'is made up after a gap where it came %s, though it happened a day before',
    async (_, from, until, isTold) => {
      const timestamp = String(RECEIVED_AT / 1000 - 86_400);
      const inStream = await storeAndRoute(...statuses(aStatus({ timestamp })));
      const row = changes().at(-1)?.after ?? {};

      expect(missedEvents(row, { from, until })).toEqual(isTold ? inStream : []);
    },
  );

  test('whose detail is too big goes by the key of its payload', async () => {
    const event = only(statuses(aStatus({ errors: ['x'.repeat(20_000)] })));

    const [routed] = await storeAndRoute(event);

    expect(routed).toMatchObject({ id: event.id, payloadKey: `payloads/${event.id}.json` });
    expect(routed).not.toHaveProperty('payload');
  });

  test('of an account that names no number is the account’s', () =>
    expectRouted(splitMeta(metaChanges({ field: 'messages', value: { statuses: [aStatus()] } }))));

  test('with a member named twice keeps both', async () => {
    const leaf = JSON.stringify(aStatus()).replace('{', '{"biz":1,"biz":2,');
    const body = metaWebhook({ statuses: ['LEAF'] }).replace('"LEAF"', leaf);

    await expectRouted(splitMeta(body));
    expect(changes().flatMap(routedEvents)[0]?.payload).toContain('"biz":1,"biz":2');
  });
});

const aJson = fc.jsonValue({ maxDepth: 2 });
const aName = fc.constantFrom('sent', 'delivered', 'read', 'played', 'failed', 'new.one', '状態');
const aTime = fc.oneof(
  fc.integer({ min: 1, max: 2_000_000_000 }).map(String),
  fc.integer({ min: 100_000_000_000, max: 9_999_999_999_999 }),
);
const anExtra = fc.dictionary(
  fc.constantFrom('errors', 'pricing', 'contacts', 'conversation', 'biz_opaque_callback_data', '"'),
  aJson,
);
const aRecipient = fc.constantFrom(
  {},
  { recipient_id: undefined },
  { recipient_user_id: undefined },
  { recipient_type: 'group', recipient_id: 'Y2FwaQ' },
  { recipient_type: 'group', recipient_id: 'Y2FwaQ', recipient_participant_id: '16505551234' },
  { recipient_participant_user_id: 'MX.1', recipient_participant_id: '16505551234' },
);
const someContacts = fc.constantFrom(
  [],
  [aContact()],
  [aContact(), aContact({ wa_id: '34611222333', user_id: 'ES.2' })],
);

describe('whatever a status says', () => {
  test('Meta’s is the same event again after the table', async () => {
    const aLeaf = fc
      .tuple(anExtra, aName, aTime, aRecipient)
      .map(([extra, status, timestamp, recipient]) =>
        aStatus({ ...extra, ...recipient, status, timestamp }),
      );
    const aWebhook = fc.record({
      contacts: someContacts,
      statuses: fc.array(aLeaf, { maxLength: 3 }),
    });
    await fc.assert(
      fc
        .asyncProperty(aWebhook, async (value) => {
          await expectRouted(splitMeta(metaWebhook(value)));
        })
        .beforeEach(startAfresh),
      { numRuns: 30 },
    );
  });

  test('WasenderApi’s is the same event again after the table', async () => {
    const key = fc.record({
      id: fc.constantFrom('3EB0A', '3EB0B', 7),
      fromMe: fc.boolean(),
      remoteJid: fc.constantFrom('5215550001111@s.whatsapp.net', '2@lid', '1@g.us', undefined),
    });
    const anUpdate = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom('READ', 'sent'));
    const aReceipt = fc.record(
      {
        userJid: fc.constantFrom('2@lid', '5215550001111@s.whatsapp.net'),
        readTimestamp: fc.integer({ min: 1 }),
        receiptTimestamp: fc.integer({ min: 1 }),
        status: fc.constantFrom('read', 'played'),
      },
      { requiredKeys: [] },
    );
    const anItem = fc.record(
      {
        key,
        update: anUpdate.map((status) => ({ status })),
        receipt: aReceipt,
        messageTimestamp: aTime,
        sessionId: fc.constant('1234567890123456'),
        message: aJson,
      },
      { requiredKeys: ['key'] },
    );
    const aWebhook = fc.tuple(
      fc.constantFrom('messages.update', 'message-receipt.update'),
      fc.oneof(
        anItem,
        fc.array(anItem, { maxLength: 3 }),
        anItem.map((message) => ({ message })),
      ),
      aTime,
    );
    await fc.assert(
      fc
        .asyncProperty(aWebhook, async ([name, data, timestamp]) => {
          await expectRouted(distinct(splitWasender(wasenderWebhook(name, data, { timestamp }))));
        })
        .beforeEach(startAfresh),
      { numRuns: 30 },
    );
  });
});

test('what became of a message that we sent is told by the row of its wamid alone', () => {
  const row = { pk: { S: 'outgoing.123.msg_1' }, sk: { S: 'message' } };
  const change: RowChange = {
    before: row,
    after: { ...row, wamid: { S: 'wamid.A' }, 'status.read': { N: '1' } },
    changedAt: STORED_AT,
  };

  expect(routedEvents(change)).toEqual([]);
});
