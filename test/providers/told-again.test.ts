import { describe, expect, test } from 'vitest';
import {
  metaChange,
  metaChanges,
  metaValue,
  splitMeta,
  splitWasender,
  wasenderWebhook,
} from '../support/webhooks.ts';

const key = { id: 'X', fromMe: false, remoteJid: '5215550001111@s.whatsapp.net' };
const said = { message: { conversation: 'hola' } };
const wasender = (event: string, data: object) => splitWasender(wasenderWebhook(event, data));
const meta = (field: string, value: object) => splitMeta(metaChange(field, value));
const [message] = wasender('messages.upsert', { key, ...said });
const text = { from: '5215550001111', id: 'wamid.1', timestamp: '1795212000', type: 'text' };

describe('what is told of a message of WasenderApi', () => {
  test('as a reaction with the key of the message reacted to is not that message', () => {
    const [reaction] = wasender('messages.reaction', { key, reaction: { text: '👍', key } });
    const [other] = wasender('messages.reaction', { key, reaction: { text: '🎉', key } });

    expect(new Set([message?.id, reaction?.id, other?.id]).size).toBe(3);
    expect(reaction).toMatchObject({ type: 'reaction' });
    expect(reaction).not.toHaveProperty('wamid', 'X');
  });

  test('as a reaction in a group chat names who reacted', () => {
    const chat = '120363000000000031@g.us';
    const own = { id: 'R', fromMe: false, remoteJid: chat, participant: '20001@lid' };
    const of = { id: 'X', fromMe: true, remoteJid: chat };
    const [reaction] = wasender('messages.reaction', {
      key: of,
      reaction: { text: '👍', key: own },
    });

    expect(reaction?.contact).toEqual({ chatId: chat, lid: '20001@lid' });
  });

  test.each([
    ['a container without its message', { message: { viewOnceMessageV2: {} } }],
    ['an empty text', { message: { extendedTextMessage: {} } }],
    ['a stub with words of WhatsApp', { messageStubType: 2, messageBody: 'Waiting' }],
    ['a stub with an empty text', { messageStubType: 2, message: { conversation: '' } }],
  ])('as %s is a placeholder, and not the message', (_, content) => {
    const [placeholder] = wasender('messages.upsert', { key, ...content });

    expect(placeholder?.type).toBe('placeholder');
    expect(placeholder?.id).not.toBe(message?.id);
  });

  test('as an update that holds the message is the message', () => {
    const body = { messageBody: 'hola' };
    for (const update of [
      { update: said },
      said,
      body,
      { update: body },
      { update: {}, ...body },
    ]) {
      expect(wasender('messages.update', { key, ...update })[0]).toMatchObject({
        ...{ id: message?.id, kind: 'message', type: 'text' },
      });
    }
  });

  test('as an update of ours with a status is the status', () => {
    const ours = { key: { ...key, fromMe: true }, update: { ...said, status: 4 } };

    expect(wasender('messages.update', ours)[0]).toMatchObject({ kind: 'status', type: 'read' });
  });

  test('as a long text beside an update alone is the message', () => {
    const [update] = wasender('messages.update', { key, messageBody: 'x'.repeat(600) });

    expect(update).toMatchObject({ id: message?.id, type: 'text' });
  });

  const own = { ...key, id: 'OWN' };
  const stub = { messageStubType: 1 };
  const revoke = { key, type: 'REVOKE' };
  const edited = { conversation: 'mejor' };
  const edit = { key, type: 'MESSAGE_EDIT', editedMessage: edited, timestampMs: '1795212000999' };
  const at = { messageTimestamp: 1_795_212_000 };
  const emoji = { text: '👍' };

  test.each<[string, string, readonly (readonly [event: string, data: object])[]]>([
    [
      'deletion',
      'revoke',
      [
        ['messages.delete', { keys: [key] }],
        ['messages.delete', [{ key }]],
        ['messages.upsert', { messages: [{ key: own, message: { protocolMessage: revoke } }] }],
        ['messages.received', { messages: { key: own, message: { protocolMessage: revoke } } }],
        ['messages.upsert', { key, message: null, ...stub }],
        ['messages.update', { key, update: { message: null, ...stub, key: own } }],
        ['messages.update', { key, update: { message: { protocolMessage: revoke } } }],
        ['messages.update', { key, update: { isDeleted: true } }],
      ],
    ],
    [
      'edit',
      'edit',
      [
        ['messages.upsert', { key: own, message: { protocolMessage: edit } }],
        [
          'messages.upsert',
          { key: own, message: { editedMessage: { message: { protocolMessage: edit } } } },
        ],
        [
          'messages.update',
          { key, update: { message: { editedMessage: { message: edited } }, ...at } },
        ],
        ['messages.update', [{ key, ...at, update: { message: { protocolMessage: edit } } }]],
      ],
    ],
    [
      'edit of which no time is told',
      'edit',
      [
        ['messages.update', { key, update: { message: { editedMessage: { message: edited } } } }],
        ['messages.update', [{ key, message: { editedMessage: { message: edited } } }]],
      ],
    ],
    [
      'reaction without a key of its own',
      'reaction',
      [
        ['messages.reaction', { key, reaction: emoji }],
        ['messages.reaction', [{ key, reaction: { ...emoji, key } }]],
        [
          'messages.reaction',
          [{ key, reaction: { ...emoji, key: { ...key, fromMe: undefined } } }],
        ],
      ],
    ],
    [
      'setting',
      'system',
      [
        ['messages.upsert', { key, message: { protocolMessage: { type: 3 } } }],
        ['messages.received', { messages: { key, message: { protocolMessage: { type: 3 } } } }],
      ],
    ],
  ])('as one %s, by whichever event and however late, is one event', (_, type, forms) => {
    const told = forms.flatMap(([event, data]) =>
      [1, 2].flatMap((timestamp) => splitWasender(wasenderWebhook(event, data, { timestamp }))),
    );

    expect(told).toHaveLength(2 * forms.length);
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(new Set(told.map((event) => event.type))).toEqual(new Set([type]));
    expect(told[0]?.id).not.toBe(message?.id);
  });

  const update = (said: object, members: object = {}) => ({
    ...{ key, update: { message: { editedMessage: { message: said } }, ...at, ...members } },
  });

  test.each<[string, string, readonly object[]]>([
    [
      'edits',
      'messages.update',
      [
        update(edited),
        update({ conversation: 'aún mejor' }),
        update(edited, { messageTimestamp: 1_795_212_001 }),
        { ...update(edited), key: { ...key, id: 'Y' } },
        { ...update(edited), key: { ...key, fromMe: true } },
        update({ imageMessage: { caption: 'abajo' } }),
        update({ imageMessage: { caption: 'arriba' } }),
        update({ hologramMessage: { caption: 7 } }),
      ],
    ],
    [
      'reactions without a key of their own',
      'messages.reaction',
      [
        { key, reaction: emoji },
        { key, reaction: { text: '' } },
        { key, reaction: { ...emoji, senderTimestampMs: 1_795_212_000_000 } },
        { key, reaction: { ...emoji, senderTimestampMs: 1_795_212_000_001 } },
        { key: { ...key, fromMe: true }, reaction: emoji },
        { key, reaction: { ...emoji, key: { fromMe: true } } },
        { key: { ...key, id: 'Y' }, reaction: emoji },
        ...['20001@lid', '20002@lid'].map((participant) => {
          const chat = { ...key, remoteJid: '1@g.us' };
          return { key: chat, reaction: { ...emoji, key: { ...chat, participant } } };
        }),
        { reaction: emoji },
      ],
    ],
    [
      'deletions',
      'messages.delete',
      [{ keys: [key] }, { keys: [{ ...key, id: 'Y' }] }, { keys: [{ ...key, fromMe: true }] }],
    ],
    [
      'notes beside one message',
      'messages.update',
      [
        { key, update: { messageStubType: 21, messageStubParameters: ['a'] } },
        { key, update: { messageStubType: 21, messageStubParameters: ['b'] } },
      ],
    ],
  ])('as different %s is as many events', (_, event, all) => {
    const ids = all.flatMap((data) => wasender(event, data)).map(({ id }) => id);

    expect(new Set(ids).size).toBe(all.length);
  });

  test('as a change names no message where that is not told', () => {
    const untold = [{ type: 'REVOKE' }, { ...edit, key: undefined }];
    const told = untold.flatMap((protocolMessage, index) =>
      ['1', '2'].flatMap((id) =>
        wasender('messages.upsert', {
          ...{ key: { ...key, id: `${index}${id}` }, message: { protocolMessage } },
        }),
      ),
    );

    expect(new Set(told.map(({ id }) => id)).size).toBe(4);
    const [nameless] = wasender('messages.upsert', {
      ...{ key: { ...key, id: undefined }, message: { protocolMessage: { ...edit, key: {} } } },
    });
    expect(nameless).toMatchObject({ type: 'edit' });
  });

  test('as a receipt whose time is in two halves is a status', () => {
    const receipt = { userJid: key.remoteJid, readTimestamp: { low: 1_795_212_000, high: 0 } };
    const ours = { message: { key: { ...key, fromMe: true }, receipt } };

    expect(wasender('message-receipt.update', ours)[0]).toMatchObject({ type: 'read' });
  });

  test('with one more name of the contact reaches the table, though its id is the same', () => {
    const alt = { ...key, remoteJid: '20001@lid' };
    const told = wasender('messages.upsert', [
      { key: alt, ...said },
      { key: { ...alt, remoteJidAlt: key.remoteJid }, ...said },
      { key: alt, ...said },
    ]);

    expect(told.map(({ links }) => links.length)).toEqual([0, 1]);
  });
});

describe('what is told of a message of Meta', () => {
  test('without its content, and why, is no message that has content', () => {
    const errors = [{ code: 131060 }];
    for (const type of ['unknown', 'text', 'interactive']) {
      const [placeholder] = meta('messages', { messages: [{ ...text, type, errors }] });
      const [content] = meta('messages', { messages: [{ ...text, text: { body: 'hola' } }] });

      expect(placeholder?.type).toBe('unsupported');
      expect(placeholder?.id).not.toBe(content?.id);
    }
  });

  test('without its content, which its type would have, is no message that has content', () => {
    const errors = [{ code: 131051 }];
    const nothing = { ...text, type: 'interactive' };
    const unexplained = meta('messages', { messages: [nothing] })[0];
    const beside = meta('messages', { messages: [nothing], errors })[0];
    const said = { interactive: { type: 'button_reply', button_reply: { id: 'y', title: 'Yes' } } };
    const content = meta('messages', { messages: [{ ...nothing, ...said }], errors })[0];

    expect(unexplained).toMatchObject({ type: 'unsupported' });
    expect(beside?.id).toBe(unexplained?.id);
    expect(content).toMatchObject({ type: 'interactive' });
    expect(content?.id).not.toBe(beside?.id);
  });

  test.each(['edit', 'revoke'])('as its own %s is another', (type) => {
    const [content] = meta('messages', { messages: [{ ...text, text: { body: 'hola' } }] });
    const change = { ...text, type, [type]: { original_message_id: text.id } };

    expect(meta('messages', { messages: [change] })[0]?.id).not.toBe(content?.id);
  });

  test('in the history never takes the business for the contact', () => {
    const ours = { ...text, from: '15550783881', to_user_id: 'MX.1' };
    const inThread = (thread: object, told: object) =>
      meta('history', { history: [{ threads: [{ ...thread, messages: [told] }] }] })[0];

    expect(inThread({ context: { user_id: 'MX.1' } }, ours)).toMatchObject({
      ...{ direction: 'outbound', contact: { userId: 'MX.1' }, links: [] },
    });
    const toPhone = { ...ours, to_user_id: undefined, to: '5215550001111' };
    expect(meta('history', { messages: [toPhone] })[0]).toMatchObject({
      ...{ direction: 'outbound', contact: { phone: '5215550001111' } },
    });
    expect(inThread({ id: '5215550001111' }, { ...text, from: '15550783881' })).toMatchObject({
      ...{ direction: 'outbound', contact: { phone: '5215550001111' } },
    });
    const inGroup = inThread({ id: 'GRP' }, { ...text, group_id: 'GRP' });
    expect(inGroup?.contact).toEqual({ phone: '5215550001111', chatId: 'GRP' });
  });
});

describe('errors of an account, which have neither id nor time,', () => {
  const error = { code: 131000 };
  const receive = (body: string, receivedAt: number) => splitMeta(body, receivedAt);
  const value = (more: object) => metaValue({ errors: [error], ...more });
  const webhook = (...values: readonly object[]) =>
    metaChanges(...values.map((each) => ({ field: 'messages', value: each })));

  test.each([
    ['beside a message', webhook(value({ messages: [text] })), 1],
    ['beside a status', webhook(value({ statuses: [{ id: 'wamid.1', status: 'read' }] })), 1],
    ['in another change than a message', webhook(value({}), metaValue({ messages: [text] })), 1],
    ['twice beside a message', webhook(value({ messages: [text], errors: [error, error] })), 2],
    ['in two changes', webhook(value({ messages: [text] }), value({})), 2],
  ])('%s are the same when they come again', (_, body, count) => {
    const ids = [1_795_212_060_000, 1_795_212_070_000].map((receivedAt) =>
      receive(body, receivedAt)
        .filter(({ kind }) => kind === 'account')
        .map(({ id }) => id),
    );

    expect(ids[0]).toEqual(ids[1]);
    expect(new Set(ids[0]).size).toBe(count);
  });

  test('beside another message are others', () => {
    const [one, other] = ['wamid.1', 'wamid.2'].map((id) =>
      receive(webhook(value({ messages: [{ ...text, id }] })), 1_795_212_060_000).find(
        ({ kind }) => kind === 'account',
      ),
    );

    expect(one?.id).not.toBe(other?.id);
  });

  test('alone are others each time, and each of a webhook', () => {
    const body = webhook(value({ errors: [error, error] }), value({}));
    const events = [1_795_212_060_000, 1_795_212_070_000].flatMap((at) => receive(body, at));

    expect(new Set(events.map(({ id }) => id)).size).toBe(6);
  });
});
