import { describe, expect, test } from 'vitest';
import { contactAnswer } from '../../lambda/reading/schemas.ts';
import { aConversation } from '../support/stored-conversation.ts';
import {
  aContact,
  aMessage,
  aStatus,
  CHANNEL,
  metaChange,
  metaWebhook,
  only,
  RECEIVED_AT,
  splitMeta,
  wasenderWebhook,
} from '../support/webhooks.ts';

const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';
const SECOND = 1_795_212_000;
const NOW = (SECOND + 3600) * 1000;

const conversation = await aConversation(NOW);

const iso = (at: number) => new Date((SECOND + at) * 1000).toISOString();

async function contact(name: string, channel?: string) {
  const { status, body } = await conversation.contact(name, channel);
  expect(status).toBe(200);
  return contactAnswer.parse(body);
}

function message(id: string, at: number, overrides: object = {}, profile?: object): string {
  const contacts = profile === undefined ? {} : { contacts: [aContact({ profile })] };
  const told = { id, timestamp: String(SECOND + at), ...overrides };
  return metaWebhook({ ...contacts, messages: [aMessage(told)] });
}

function preference(value: string, at: number, overrides: object = {}): string {
  const told = {
    wa_id: PHONE,
    user_id: USER_ID,
    detail: 'as told',
    category: 'marketing_messages',
    value,
    timestamp: SECOND + at,
    ...overrides,
  };
  return metaChange('user_preferences', { user_preferences: [told] });
}

function call(event: string, at: number, overrides: object = {}): string {
  const told = {
    id: 'wacid.1',
    from: PHONE,
    from_user_id: USER_ID,
    event,
    timestamp: String(SECOND + at),
    direction: 'USER_INITIATED',
    ...overrides,
  };
  return metaChange('calls', { calls: [told] });
}

describe('a contact', () => {
  test('of whom nothing is known is not found', async () => {
    expect(await conversation.contact(USER_ID)).toMatchObject({
      status: 404,
      body: {
        error: {
          code: 'not_found',
          message: 'nothing is known of this contact on this channel',
        },
      },
    });
  });

  test('has names, profile, window and when it was last seen', async () => {
    await conversation.meta(message('wamid.1', 0, {}, { name: 'Lucía', username: 'lucia' }));

    expect(await contact(`+${PHONE}`)).toEqual({
      channel: CHANNEL,
      contact: PHONE,
      names: [
        { kind: 'phone', name: PHONE, since: iso(0), until: null, alternateOf: null },
        { kind: 'userId', name: USER_ID, since: iso(0), until: null, alternateOf: null },
      ],
      profile: { name: 'Lucía', username: 'lucia' },
      lastSeen: iso(0),
      window: {
        openUntil: iso(86_400),
        openedBy: {
          id: only(splitMeta(message('wamid.1', 0))).id,
          kind: 'message',
          type: 'text',
          occurredAt: iso(0),
        },
      },
      optOuts: [],
      isComplete: true,
    });
  });

  test('has names that it gave up, with until when', async () => {
    const system = { type: 'user_changed_number', wa_id: '5215550002222', user_id: 'MX.2' };
    await conversation.meta(
      message('wamid.1', 5, { from_user_id: undefined, type: 'system', system }),
    );

    expect((await contact('MX.2')).names).toMatchObject([
      { kind: 'userId', name: 'MX.2', since: iso(5), until: null },
      { kind: 'phone', name: '5215550002222', since: iso(5), until: null },
      { kind: 'phone', name: PHONE, since: iso(5), until: iso(5) },
    ]);
  });

  test('is known by what was sent to it alone', async () => {
    const sent = aStatus({ recipient_user_id: undefined });
    await conversation.meta(metaWebhook({ statuses: [sent] }));

    expect(await contact(PHONE)).toMatchObject({
      names: [{ name: PHONE, since: null }],
      profile: null,
      lastSeen: null,
      window: { openUntil: null, openedBy: null },
    });
  });

  test('is known by an echo alone, be it the only one or the last of many', async () => {
    const echoes = Array.from({ length: 45 }, (_, n) => ({
      ...{ id: `wamid.E${n}`, to: PHONE, timestamp: String(SECOND + n), type: 'text' },
      text: { body: 'Hola' },
    }));
    for (const some of [echoes.slice(0, 1), echoes]) {
      await conversation.meta(metaChange('smb_message_echoes', { message_echoes: some }));
      expect(await contact(PHONE)).toMatchObject({
        names: [{ name: PHONE, since: null }],
        profile: null,
        lastSeen: null,
        window: { openUntil: null, openedBy: null },
        isComplete: true,
      });
    }
  });

  test('of WasenderApi is known by what was sent, and keeps its own name', async () => {
    const key = { id: 'A', fromMe: true, remoteJid: `${PHONE}@s.whatsapp.net` };
    const said = { pushName: 'La Tienda', message: { conversation: 'Hola' } };
    await conversation.wasender(wasenderWebhook('messages.upsert', { messages: { key, ...said } }));
    expect(await contact(PHONE, 'shop')).toMatchObject({ profile: null, window: null });

    const inbound = { ...key, id: 'B', fromMe: false };
    await conversation.wasender(
      wasenderWebhook('messages.upsert', { messages: { ...said, key: inbound, pushName: 'Ana' } }),
    );
    await conversation.wasender(
      wasenderWebhook('messages.upsert', { messages: { key: { ...key, id: 'C' }, ...said } }),
    );
    expect((await contact(PHONE, 'shop')).profile).toMatchObject({ name: 'Ana' });
  });

  test('has no opener and no message in what the business did with its message', async () => {
    const key = { id: 'A', fromMe: false, remoteJid: `${PHONE}@s.whatsapp.net` };
    await conversation.wasender(
      wasenderWebhook('messages.update', { key, update: { status: 'READ' } }),
    );
    expect(await contact(PHONE, 'shop')).toMatchObject({ lastSeen: null, profile: null });
    expect(await conversation.message('A', 'shop')).toMatchObject({ status: 404 });
    expect((await conversation.timeline(PHONE, {}, 'shop')).body).toMatchObject({
      entries: [{ kind: 'account', direction: 'inbound', type: 'messages.update', status: null }],
    });
  });

  test.each([
    ['525550001111', PHONE],
    ['5531987654321', '553187654321'],
    ['5491123456789', '541123456789'],
  ])('has the messages under %s and %s, by either', async (one, other) => {
    const ids = [one, other].map((from, n) => ({
      from,
      from_user_id: undefined,
      id: `wamid.${n}`,
    }));
    for (const [n, told] of ids.entries()) await conversation.meta(message(told.id, n, told));

    for (const [asked, alternate] of [
      [one, other],
      [other, one],
    ]) {
      expect(await contact(asked ?? '')).toMatchObject({
        names: [
          { name: asked, alternateOf: null },
          { name: alternate, alternateOf: asked, since: null, until: null },
        ],
        lastSeen: iso(1),
      });
      expect((await conversation.timeline(asked ?? '')).body).toMatchObject({
        entries: [{ wamid: 'wamid.1' }, { wamid: 'wamid.0' }],
      });
    }
  });

  test('has the latest profile', async () => {
    await conversation.meta(message('wamid.1', 0, {}, { name: 'Lucía', username: 'lucia' }));
    await conversation.meta(message('wamid.2', 9, {}, { name: 'Lucy' }));
    await conversation.meta(message('wamid.3', 12));

    expect((await contact(USER_ID)).profile).toEqual({ name: 'Lucy', username: null });
  });

  test('is found by the digits of its LID', async () => {
    const key = { id: 'A', fromMe: false, remoteJid: '20000000000001@lid', cleanedSenderPn: PHONE };
    await conversation.wasender(wasenderWebhook('messages.received', { messages: { key } }));

    const names = [{ name: '20000000000001@lid' }, { name: PHONE }];
    expect(await contact('20000000000001', 'shop')).toMatchObject({ names });
    expect(await contact('20000000000001@lid', 'shop')).toMatchObject({ names });
  });

  test('whose payload lies in the overflow bucket is seen all the same', async () => {
    const { payload: _, ...event } = only(splitMeta(message('wamid.1', 0, {}, { name: 'Lucía' })));
    await conversation.store({ ...event, payloadKey: 'payloads/1.json' });

    expect(await contact(USER_ID)).toMatchObject({ lastSeen: iso(0), profile: null });
  });

  test('of a group chat has neither profile nor window', async () => {
    await conversation.meta(message('wamid.1', 0, { group_id: 'Y2FwaQ==' }, { name: 'Lucía' }));

    expect(await contact('Y2FwaQ==')).toMatchObject({
      names: [{ kind: 'chatId', name: 'Y2FwaQ==' }],
      profile: null,
      window: null,
      lastSeen: iso(0),
    });
  });

  test('of WasenderApi has no window', async () => {
    const key = { id: 'A', fromMe: false, remoteJid: `${PHONE}@s.whatsapp.net` };
    await conversation.wasender(
      wasenderWebhook('messages.received', {
        messages: { key, pushName: 'Lucía', message: { conversation: 'Hola' } },
      }),
    );

    expect(await contact(PHONE, 'shop')).toMatchObject({
      profile: { name: 'Lucía', username: null },
      window: null,
      lastSeen: iso(0),
    });
  });
});

describe('the window', () => {
  test('is counted from the latest message, not from what is no message', async () => {
    await conversation.meta(message('wamid.1', 0));
    await conversation.meta(message('wamid.2', 60));
    await conversation.meta(message('wamid.3', 90, { type: 'reaction' }), NOW);

    const { window, lastSeen } = await contact(USER_ID);
    expect(window?.openUntil).toBe(iso(86_460));
    expect(lastSeen).toBe(iso(90));
  });

  test('is opened by a call of the contact, and not by one of the business', async () => {
    await conversation.meta(call('connect', 0));
    await conversation.meta(call('terminate', 300));
    const outbound = {
      id: 'wacid.2',
      direction: 'BUSINESS_INITIATED',
      to: PHONE,
      to_user_id: USER_ID,
    };
    await conversation.meta(call('connect', 600, outbound));

    expect((await contact(USER_ID)).window).toEqual({
      openUntil: iso(86_400),
      openedBy: expect.objectContaining({ kind: 'call', type: 'connect' }),
    });
  });

  test('of a message from the future is counted from its receipt', async () => {
    await conversation.meta(message('wamid.1', 0));
    await conversation.meta(message('wamid.2', 0, { timestamp: '4070908800' }));
    conversation.clock.now = RECEIVED_AT;

    expect((await contact(USER_ID)).window?.openUntil).toBe(
      new Date(RECEIVED_AT + 86_400_000).toISOString(),
    );
  });

  test('is never open longer for what was stored with such a time', async () => {
    const event = only(splitMeta(message('wamid.1', 0)));
    await conversation.store({ ...event, occurredAt: 4_070_908_800_000 });
    conversation.clock.now = RECEIVED_AT;

    expect((await contact(USER_ID)).window?.openUntil).toBe(
      new Date(RECEIVED_AT + 86_400_000).toISOString(),
    );
  });

  test('is closed 24 hours later, to the second', async () => {
    await conversation.meta(message('wamid.1', 0));
    conversation.clock.now = (SECOND + 86_400) * 1000 - 1;
    expect((await contact(USER_ID)).window?.openUntil).toBe(iso(86_400));
    conversation.clock.now += 1;
    expect((await contact(USER_ID)).window).toEqual({ openUntil: null, openedBy: null });
  });
});

describe('opt-outs', () => {
  test('are the latest choice of each category', async () => {
    await conversation.meta(preference('stop', 20));
    await conversation.meta(preference('resume', 10));
    await conversation.meta(preference('stop', 5, { category: 'offers' }));
    await conversation.meta(preference('resume', 6, { category: 'offers' }));

    expect((await contact(PHONE)).optOuts).toEqual([
      { category: 'offers', value: 'resume', isOptOut: false, at: iso(6) },
      { category: 'marketing_messages', value: 'stop', isOptOut: true, at: iso(20) },
    ]);
  });

  test('are found behind hundreds of later events', async () => {
    await conversation.meta(preference('stop', 0));
    const later = Array.from({ length: 300 }, (_, n) =>
      aMessage({ id: `wamid.${n}`, timestamp: String(SECOND + 1 + n) }),
    );
    await conversation.meta(metaWebhook({ messages: later }), NOW);

    expect(await contact(USER_ID)).toMatchObject({
      optOuts: [{ value: 'stop' }],
      lastSeen: iso(300),
    });
  }, 60_000);

  test('are not those of a number’s next owner', async () => {
    await conversation.meta(message('wamid.1', 0, { from_user_id: 'MX.1' }));
    await conversation.meta(message('wamid.2', 50, { from_user_id: 'MX.2' }));
    await conversation.meta(preference('stop', 60, { user_id: undefined }));

    expect((await contact('MX.2')).optOuts).toMatchObject([{ value: 'stop' }]);
    expect((await contact('MX.1')).optOuts).toEqual([]);
  });

  test('are not taken from other changes', async () => {
    const sync = { type: 'contact', action: 'add', contact: { phone_number: PHONE } };
    await conversation.meta(metaChange('smb_app_state_sync', { state_sync: [sync] }));

    expect(await contact(PHONE)).toMatchObject({ optOuts: [], lastSeen: null });
  });
});

describe('what is not read', () => {
  test('is said, where hundreds of echoes hide what the contact sent', async () => {
    await conversation.meta(message('wamid.first', 0, {}, { name: 'Lucía' }));
    const echoes = Array.from({ length: 490 }, (_, n) => ({
      id: `wamid.${n}`,
      to: PHONE,
      to_user_id: USER_ID,
      timestamp: String(SECOND + 1 + n),
      type: 'text',
      text: { body: 'Hola' },
    }));
    await conversation.meta(
      metaChange('smb_message_echoes', { message_echoes: echoes.slice(0, 100) }),
    );
    expect(await contact(USER_ID)).toMatchObject({ isComplete: true, lastSeen: iso(0) });

    await conversation.meta(
      metaChange('smb_message_echoes', { message_echoes: echoes.slice(100) }),
    );
    expect(await contact(USER_ID)).toMatchObject({ isComplete: false, lastSeen: null });
  }, 60_000);

  test('is said, where a contact had more than ten names', async () => {
    for (let n = 0; n < 12; n += 1) {
      const update = {
        user_id: { previous: `MX.${n}`, current: `MX.${n + 1}` },
        timestamp: String(SECOND + n),
      };
      await conversation.meta(metaChange('user_id_update', { user_id_update: [update] }));
    }

    const { names, isComplete } = await contact('MX.12');
    expect(names).toHaveLength(10);
    expect(isComplete).toBe(false);
  });
});

test.each([
  // The links of two names on either side, events and preferences under both.
  ['15550001111', 8],
  // The same of the number's other form, and whether anything is stored under it.
  [PHONE, 14],
])('the reads of a contact are few, and as documented: %s', async (from, queries) => {
  const profile = { name: 'Lucía' };
  const contacts = [{ wa_id: from, user_id: USER_ID, profile }];
  await conversation.meta(metaWebhook({ contacts, messages: [aMessage({ from })] }));
  conversation.emulator.operations.length = 0;

  await conversation.contact(from);

  const counts = Map.groupBy(conversation.emulator.operations, (operation) => operation);
  expect([...counts].map(([operation, all]) => [operation, all.length]).sort()).toEqual([
    ['BatchGetItem', 2],
    ['Query', queries],
  ]);
});
