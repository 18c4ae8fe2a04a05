import { describe, expect, test } from 'vitest';
import { eventId } from '../../lambda/events/event.ts';
import { timelineAnswer } from '../../lambda/reading/schemas.ts';
import { metaWamid } from '../support/meta-wamid.ts';
import { aConversation } from '../support/stored-conversation.ts';
import {
  aMessage,
  aStatus,
  metaChange,
  metaWebhook,
  splitWasender,
  wasenderWebhook,
} from '../support/webhooks.ts';

const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';
const WAMID = metaWamid(PHONE, '3A00000000000001');

const conversation = await aConversation(1_795_212_000_000);

async function entries(contact: string, channel?: string) {
  const { status, body } = await conversation.timeline(contact, {}, channel);
  return status === 404 ? [] : timelineAnswer.parse(body).entries;
}

const history = (thread: object, message: object) =>
  metaChange('history', { history: [{ threads: [{ ...thread, messages: [message] }] }] });
const meta = (body: string) => () => conversation.meta(body);
const wasender = (event: string, data: object) => () =>
  conversation.wasender(wasenderWebhook(event, data));

const live = meta(metaWebhook({ messages: [aMessage({ id: WAMID })] }));
const echoWamid = metaWamid(PHONE, '3A00000000000002', { isOurs: true });
const echoed = { id: echoWamid, timestamp: '1795211000', type: 'text', text: { body: 'hola' } };
const key = { id: '3EB0', fromMe: false, remoteJid: `${PHONE}@s.whatsapp.net` };
const lid = { id: '3EB0', fromMe: false, remoteJid: '20001@lid', senderPn: key.remoteJid };
const media = { id: WAMID, from: PHONE, timestamp: '1795211000' };

/** Two tellings of one message, whose better one alone is shown. */
const TELLINGS: readonly (readonly [string, string, () => Promise<void>, () => Promise<void>])[] = [
  [
    'in the history and live',
    'message',
    meta(history({ id: PHONE }, aMessage({ id: WAMID }))),
    live,
  ],
  [
    'in the history of its BSUID, and live from the phone',
    'message',
    meta(history({ context: { user_id: USER_ID, wa_id: PHONE } }, aMessage({ id: WAMID }))),
    meta(metaWebhook({ messages: [aMessage({ id: WAMID, from_user_id: undefined })] })),
  ],
  [
    'that we sent, in the history and as an echo',
    'echo',
    meta(history({ id: PHONE }, { ...echoed, from: '15550783881', to: PHONE })),
    meta(metaWebhook({ message_echoes: [{ ...echoed, to: PHONE }] })),
  ],
  [
    'in the history, without and with its file',
    'history',
    meta(history({ id: PHONE }, { ...media, type: 'media_placeholder' })),
    meta(history({ id: PHONE }, { ...media, type: 'image', image: { id: '1' } })),
  ],
  [
    'without and with its content',
    'message',
    wasender('messages.upsert', { key, messageStubType: 2 }),
    wasender('messages.upsert', { key, message: { conversation: 'hola' } }),
  ],
  [
    'without its content by phone, and with it by LID',
    'message',
    wasender('messages.upsert', { key, messageStubType: 2 }),
    wasender('messages.received', { key: lid, message: { conversation: 'hola' } }),
  ],
  [
    'without its content, which an update brings',
    'message',
    wasender('messages.upsert', { key, messageStubType: 2 }),
    wasender('messages.update', { key, update: { message: { conversation: 'hola' } } }),
  ],
];

describe('a message stands in the timeline once', () => {
  test.each(TELLINGS)('%s', async (_, kind, one, other) => {
    for (const tellings of [
      [one, other],
      [other, one],
    ]) {
      await conversation.clear();
      for (const tell of tellings) await tell();
      const found = [...(await entries(PHONE)), ...(await entries(PHONE, 'shop'))];
      expect(found).toMatchObject([{ kind }]);
      expect(found[0]?.type).not.toMatch(/placeholder/);
    }
  });

  test('with its statuses, where the history told what it said', async () => {
    const told = { ...echoed, from: '15550783881', to: PHONE };
    const inHistory = () => conversation.meta(history({ id: PHONE }, told));
    const status = () =>
      conversation.meta(metaWebhook({ statuses: [aStatus({ id: echoWamid, status: 'read' })] }));
    for (const tellings of [
      [inHistory, status],
      [status, inHistory],
    ]) {
      await conversation.clear();
      for (const tell of tellings) await tell();
      expect(await entries(PHONE)).toMatchObject([
        { kind: 'history', direction: 'outbound', text: 'hola', status: 'read' },
      ]);
    }
  });

  test('with its statuses, sent to a group, whichever release stored it', async () => {
    const remoteJid = '120363000000000001@g.us';
    const sent = { id: '3EB0', fromMe: true, remoteJid };
    const data = { key: sent, message: { conversation: 'hola' } };
    const [echo] = splitWasender(wasenderWebhook('messages.upsert', data));
    if (echo === undefined) throw new Error('there is no echo');
    const earlier = { ...echo, id: eventId('echo', ['shop', 'true', '3EB0']) };
    for (const event of [echo, earlier]) {
      await conversation.clear();
      await wasender('messages.update', { key: sent, update: { status: 4 } })();
      await conversation.store(event);

      expect(await entries(remoteJid, 'shop')).toMatchObject([
        { kind: 'echo', text: 'hola', status: 'read' },
      ]);
    }
  });

  test('as a placeholder, though another chat has a message of its id', async () => {
    const chats = ['1@g.us', '2@g.us', key.remoteJid];
    for (const placeholder of chats) {
      await conversation.clear();
      await wasender('messages.upsert', {
        ...{ key: { ...key, remoteJid: placeholder }, messageStubType: 2 },
      })();
      for (const remoteJid of chats) {
        const data = { key: { ...key, remoteJid }, message: { conversation: 'hola' } };
        if (remoteJid !== placeholder) await wasender('messages.upsert', data)();
      }

      for (const chat of chats) {
        const type = chat === placeholder ? 'placeholder' : 'text';
        expect(await entries(chat.replace('@s.whatsapp.net', ''), 'shop')).toMatchObject([
          { type },
        ]);
      }
    }
  });

  test('however often the history tells it', async () => {
    for (const status of ['READ', 'DELIVERED']) {
      const told = { ...aMessage({ id: WAMID }), history_context: { status } };
      await conversation.meta(history({ id: PHONE }, told));
    }

    expect(await entries(PHONE)).toHaveLength(1);
  });

  test('with its statuses, though they name its recipient otherwise than its echo', async () => {
    const byUser = metaWamid(USER_ID, '3A00000000000002', { isOurs: true, kindOfUser: 0x14 });
    await conversation.meta(metaWebhook({ message_echoes: [{ ...echoed, to: PHONE }] }));
    await conversation.meta(metaWebhook({ statuses: [aStatus({ id: byUser, status: 'read' })] }));

    expect(await entries(PHONE)).toMatchObject([{ kind: 'echo', status: 'read' }]);
  });

  test.each([
    ['an echo', meta(metaWebhook({ message_echoes: [{ ...echoed, to: PHONE }] })), 'echo'],
    [
      'an echo without its content',
      meta(metaWebhook({ message_echoes: [{ ...echoed, to: PHONE, type: 'unsupported' }] })),
      'echo',
    ],
    [
      'a message of the history without its file',
      meta(history({ id: PHONE }, { ...echoed, to: PHONE, type: 'media_placeholder' })),
      'history',
    ],
  ])('with its statuses under whatever wamid, as %s', async (_, tell, kind) => {
    const byUser = metaWamid(USER_ID, '3A00000000000002', { isOurs: true, kindOfUser: 0x14 });
    for (const id of [echoWamid, byUser]) {
      const status = meta(metaWebhook({ statuses: [aStatus({ id, status: 'read' })] }));
      for (const tellings of [
        [tell, status],
        [status, tell],
      ]) {
        await conversation.clear();
        for (const each of tellings) await each();
        expect(await entries(PHONE)).toMatchObject([{ kind, status: 'read' }]);
      }
    }
  });
});

describe('a message that was stored twice, since nothing joined its names,', () => {
  const OTHER_FORM = '525550001111';
  const token = '3A00000000000003';
  const byPhone = aMessage({ id: metaWamid(PHONE, token), from_user_id: undefined });
  const byUser = aMessage({
    ...{ id: metaWamid(USER_ID, token, { kindOfUser: 0x14 }), from: undefined },
    timestamp: '1795211999',
  });
  const byOtherForm = aMessage({
    ...{ id: metaWamid(OTHER_FORM, token), from_user_id: undefined, from: OTHER_FORM },
  });
  const link = aMessage({ id: metaWamid(PHONE, '3A00000000000004'), type: 'sticker' });

  test.each([
    ['under phone and BSUID, stands there once a link joins them', byUser, [link]],
    ['under two forms of a number, stands there once', byOtherForm, []],
  ])('%s', async (_, other, links) => {
    for (const tellings of [
      [byPhone, other, ...links],
      [other, byPhone, ...links],
    ]) {
      await conversation.clear();
      for (const telling of tellings) {
        await conversation.meta(metaWebhook({ messages: [telling] }));
      }
      const texts = (await entries(PHONE)).filter(({ type }) => type === 'text');
      expect(texts).toHaveLength(1);
    }
  });

  test('stands in both timelines while nothing joins them', async () => {
    for (const telling of [byPhone, byUser]) {
      await conversation.meta(metaWebhook({ messages: [telling] }));
    }

    expect(await entries(PHONE)).toHaveLength(1);
    expect(await entries(USER_ID)).toHaveLength(1);
  });

  test('is one page after the other the same', async () => {
    for (const telling of [byPhone, byUser, link]) {
      await conversation.meta(metaWebhook({ messages: [telling] }));
    }
    const first = timelineAnswer.parse((await conversation.timeline(PHONE, { limit: '1' })).body);
    const cursor = first.nextCursor ?? '';
    const rest = timelineAnswer.parse((await conversation.timeline(PHONE, { cursor })).body);

    expect([...first.entries, ...rest.entries].map(({ type }) => type).toSorted()).toEqual([
      'sticker',
      'text',
    ]);
  });
});
