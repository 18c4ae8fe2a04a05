import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import type { QueuedEvent } from '../../lambda/events/envelope.ts';
import { splitMetaWebhook } from '../../lambda/providers/meta/webhook.ts';
import { splitWasenderWebhook } from '../../lambda/providers/wasender/webhook.ts';
import type { WebhookSplit } from '../../lambda/providers/webhook-split.ts';
import type { CallAws } from '../../lambda/shared/aws/json-protocol.ts';
import { parseJsonSource } from '../../lambda/shared/json/json-source.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { anEventTable } from '../support/an-event-table.ts';
import type { Row } from '../support/event-table-emulator.ts';
import { metaWamid } from '../support/meta-wamid.ts';
import { rowBytes, writeUnits } from '../support/write-units.ts';

const RECEIVED_AT = 1_790_000_001_000;
const WAMID = 'wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI3N0MyQkM2MTM5RTQ2NjRBOUEA';
const KB = 1024;

const names = { user_id: 'US.13491208655302741918' };

/** Events as ingest cuts them out of a webhook of Meta's. */
function eventsOf(value: object): readonly QueuedEvent[] {
  const metadata = { display_phone_number: '15550783881', phone_number_id: '106540352242922' };
  const webhook = {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          { value: { messaging_product: 'whatsapp', metadata, ...value }, field: 'messages' },
        ],
      },
    ],
  };
  return eventsIn(splitMetaWebhook(parseJsonSource(JSON.stringify(webhook)), RECEIVED_AT));
}

function eventsIn(split: WebhookSplit): readonly QueuedEvent[] {
  if (!split.ok) throw new Error(split.reason);
  return split.events;
}

function textMessage(bsuid: { user_id?: string }, body: string, id = WAMID) {
  const { user_id } = bsuid;
  return eventsOf({
    contacts: [{ profile: { name: 'Sheena Nelson' }, wa_id: '16505551234', ...bsuid }],
    messages: [
      {
        from: '16505551234',
        ...(user_id === undefined ? {} : { from_user_id: user_id }),
        id,
        timestamp: '1790000000',
        type: 'text',
        text: { body },
      },
    ],
  });
}

const text = { id: WAMID, timestamp: '1790000000', type: 'text', text: { body: 'x' } };
const echoed = eventsOf({ message_echoes: [{ ...text, to: '16505551234' }] });
const remembered = eventsIn(
  splitMetaWebhook(
    parseJsonSource(
      JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [
          {
            id: '102290129340398',
            changes: [
              {
                field: 'history',
                value: { history: [{ threads: [{ id: '16505551234', messages: [text] }] }] },
              },
            ],
          },
        ],
      }),
    ),
    RECEIVED_AT,
  ),
);
const ofWasender = eventsIn(
  splitWasenderWebhook(
    parseJsonSource(
      JSON.stringify({
        event: 'messages.received',
        data: {
          key: { id: '3EB0A', fromMe: false, remoteJid: '16505551234@s.whatsapp.net' },
          message: { conversation: 'x' },
        },
      }),
    ),
    'shop',
    RECEIVED_AT,
  ),
);

const statusEvents = (status: string, timestamp: string, more: object = {}) =>
  eventsOf({
    statuses: [{ id: WAMID, status, timestamp, recipient_id: '16505551234', ...more }],
  });
const conversation = {
  id: '7270432eae37498234f4444b35ffc5aa',
  expiration_timestamp: '1790086400',
  origin: { type: 'utility' },
};
const pricing = { billable: true, pricing_model: 'PMP', category: 'utility', type: 'regular' };

const sent = statusEvents('sent', '1790000000', { conversation, pricing });
const delivered = statusEvents('delivered', '1790000002', { conversation, pricing });
const read = statusEvents('read', '1790000009');
const failed = statusEvents('failed', '1790000001', {
  errors: [
    {
      code: 131049,
      title: 'This message was not delivered to maintain healthy ecosystem engagement.',
      message: 'This message was not delivered to maintain healthy ecosystem engagement.',
      error_data: { details: 'In order to maintain a healthy ecosystem engagement, …' },
    },
  ],
});
const participantRead = statusEvents('read', '1790000009', {
  recipient_id: 'Y2FwaV9ncm91cDox',
  recipient_type: 'group',
  recipient_participant_id: '16505551234',
});

const emulator = await anEventTable();

async function rowAt(key: Row): Promise<Row | undefined> {
  const { client, tableName } = emulator;
  const command = new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true });
  const { Item } = await client.send(command);
  emulator.operations.pop();
  return Item;
}

/** Stores events in a function that has just started, and says what that, or what came then, called and cost. */
async function costOf(events: readonly QueuedEvent[], then?: readonly QueuedEvent[]) {
  const { dynamodb, tableName, operations } = emulator;
  let units = 0;
  const metered: CallAws = async (operation, input: { Item?: Row; Key?: Row }, signal) => {
    if (operation === 'BatchGetItem' || operation === 'Query') {
      return dynamodb(operation, input, signal);
    }
    const { pk, sk } = input.Item ?? input.Key ?? {};
    if (pk === undefined || sk === undefined) throw new Error('a write without a key');
    const before = await rowAt({ pk, sk });
    try {
      return await dynamodb(operation, input, signal);
    } finally {
      units += writeUnits(before, (await rowAt({ pk, sk })) ?? {});
    }
  };
  const options = { tableName, retentionDays: 30, now: () => RECEIVED_AT };
  const store = eventTable(metered, options);
  operations.length = 0;
  for (const event of events) await store(event, '1', new AbortController().signal);
  if (then === undefined) return { calls: operations.join(' '), units };
  operations.length = 0;
  units = 0;
  for (const event of then) await store(event, '2', new AbortController().signal);
  return { calls: operations.join(' '), units };
}

describe('what an event costs when the function has just started', () => {
  const PHONE_ONLY = textMessage({}, 'x'.repeat(250));

  test('a text message: one put, and its index entry', async () => {
    expect(await costOf(PHONE_ONLY)).toEqual({ calls: 'PutItem', units: 2 });
  });

  test('a duplicate: one put that fails', async () => {
    await costOf(PHONE_ONLY);

    expect(await costOf(PHONE_ONLY)).toEqual({ calls: 'PutItem', units: 1 });
  });

  test('the first message that shows two names: the link, its index entry, and a claim as well', async () => {
    const events = textMessage(names, 'x');

    expect(await costOf(events)).toEqual({
      calls: 'UpdateItem BatchGetItem PutItem PutItem',
      units: 5,
    });
  });

  test('a further message under two names: a claim as well', async () => {
    const further = textMessage(
      names,
      'y',
      'wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTAwMDAwMDAwMDAwMDAwMDAwMgA=',
    );

    expect(await costOf(textMessage(names, 'x'), further)).toEqual({
      calls: 'PutItem PutItem',
      units: 3,
    });
  });

  test('a message of a group chat: a claim of that, and one where it may come without', async () => {
    const further = (id: string) =>
      eventsOf({ messages: [{ ...text, id, from: '16505551234', group_id: 'Y2FwaQ' }] });

    expect(await costOf(further(WAMID))).toEqual({ calls: 'PutItem PutItem PutItem', units: 4 });
  });

  test('a message from the BSUID alone, by its wamid: a look for its phone', async () => {
    const ofUser = metaWamid('US.13491208655302741918', '3A01', { kindOfUser: 0x14 });
    const events = eventsOf({
      messages: [{ ...text, id: ofUser, from_user_id: 'US.13491208655302741918' }],
    });

    expect(await costOf(events)).toEqual({ calls: 'Query PutItem', units: 2 });
  });

  test('an echo, a message of WasenderApi: a claim as well', async () => {
    expect(await costOf(echoed)).toEqual({ calls: 'PutItem PutItem', units: 3 });
    expect(await costOf(ofWasender)).toEqual({ calls: 'PutItem PutItem', units: 3 });
  });

  test('a message of the history: a look at where it may be, and a claim as well', async () => {
    expect(await costOf(remembered)).toEqual({ calls: 'BatchGetItem PutItem PutItem', units: 3 });
  });

  test('the first status of a message: one update, and its entry in the timeline', async () => {
    expect(await costOf(sent)).toEqual({ calls: 'UpdateItem', units: 2 });
  });

  test('every other status: one update', async () => {
    await costOf(sent);

    expect(await costOf(delivered)).toEqual({ calls: 'UpdateItem', units: 1 });
    expect(await costOf(read)).toEqual({ calls: 'UpdateItem', units: 1 });
    expect(await costOf(failed)).toEqual({ calls: 'UpdateItem', units: 2 });
  });

  test('a status that comes before an earlier one: another update, and a move in the timeline', async () => {
    await costOf(delivered);

    expect(await costOf(sent)).toEqual({ calls: 'UpdateItem UpdateItem', units: 4 });
    expect(await costOf(delivered)).toEqual({ calls: 'UpdateItem', units: 1 });
  });

  test('a status of a group chat: the message and the participant', async () => {
    expect(await costOf(participantRead)).toEqual({ calls: 'UpdateItem UpdateItem', units: 3 });
  });
});

describe('a row takes at most 1 KB', () => {
  test('of a text message whose webhook has 650 bytes', async () => {
    const [short] = textMessage({}, '');
    const events = textMessage({}, 'x'.repeat(650 - Buffer.byteLength(short?.payload ?? '')));
    expect(Buffer.byteLength(events[0]?.payload ?? '')).toBe(650);

    await costOf(events);

    const [row] = await emulator.rows();
    expect(rowBytes(row ?? {})).toBeLessThanOrEqual(KB);
  });

  test('of a sent message that was delivered and read', async () => {
    await costOf([...sent, ...delivered, ...read]);

    const [row] = await emulator.rows();
    expect(row).toHaveProperty(['status.read']);
    expect(rowBytes(row ?? {})).toBeLessThanOrEqual(KB);
  });
});
