import { describe, expect, test } from 'vitest';
import { messageAnswer } from '../../lambda/reading/schemas.ts';
import { metaWamid } from '../support/meta-wamid.ts';
import { aConversation } from '../support/stored-conversation.ts';
import {
  ACCOUNT,
  aMessage,
  aStatus,
  CHANNEL,
  metaWebhook,
  wasenderWebhook,
} from '../support/webhooks.ts';

const SECOND = 1_795_212_000;
const WAMID = 'wamid.HBgN+TIx/TU1MDAwMTExMRUC==';

const conversation = await aConversation(SECOND * 1000);

const iso = (at: number) => new Date((SECOND + at) * 1000).toISOString();

async function message(wamid: string, channel?: string) {
  const { status, body } = await conversation.message(wamid, channel);
  expect(status).toBe(200);
  return messageAnswer.parse(body);
}

function status(name: string, at: number, overrides: object = {}): string {
  const told = { id: WAMID, status: name, timestamp: String(SECOND + at), ...overrides };
  return metaWebhook({ statuses: [aStatus(told)] });
}

describe('a message is found by any of its wamids', () => {
  const phone = '5215550001111';
  const userId = 'MX.10000000000000000001';
  const business = '15550783881';
  const token = '3A00000000000009';
  const wamids = (isOurs: boolean) => [
    metaWamid(phone, token, { isOurs }),
    metaWamid(phone, token, { isOurs, kindOfUser: 0x14 }),
    metaWamid('525550001111', token, { isOurs }),
    metaWamid(userId, token, { isOurs, kindOfUser: 0x14 }),
    metaWamid(business, token, { isOurs }),
    metaWamid(business, token, { isOurs: !isOurs }),
  ];
  const received = (overrides: object) => metaWebhook({ messages: [aMessage(overrides)] });
  const told = { timestamp: String(SECOND), type: 'text', text: { body: 'hola' } };
  const link = received({ id: 'wamid.link' });
  const [byPhone, , , byUser] = wamids(false);
  const [ours] = wamids(true);

  test.each([
    [
      'that came from the phone, and a link is known',
      [link, received({ id: byPhone, from_user_id: undefined })],
      false,
      [0, 1, 2, 3],
    ],
    [
      'that came from the phone, and a link is shown later',
      [received({ id: byPhone, from_user_id: undefined }), link],
      false,
      [0, 1, 2, 3],
    ],
    [
      'that came from the phone by the wamid for the BSUID',
      [received({ id: byUser, from_user_id: undefined })],
      false,
      [0, 1, 2, 3],
    ],
    [
      'that came from the BSUID by the wamid for the phone',
      [received({ id: byPhone, from: undefined })],
      false,
      [0, 1, 2, 3],
    ],
    [
      'that came from the BSUID, and a link is known',
      [link, received({ id: byUser, from: undefined })],
      false,
      [0, 1, 2, 3],
    ],
    [
      'that we sent',
      [metaWebhook({ statuses: [aStatus({ id: ours })] })],
      true,
      [0, 1, 2, 3, 4, 5],
    ],
    [
      'that we wrote with another device',
      [metaWebhook({ message_echoes: [{ ...told, id: ours, to: phone }] })],
      true,
      [0, 1, 2, 3, 4, 5],
    ],
    [
      'that a group chat has',
      [received({ id: byPhone, group_id: 'g1' })],
      false,
      [0, 1, 2, 3, 4, 5],
    ],
  ])('%s', async (_, bodies, isOurs, found) => {
    for (const body of bodies) await conversation.meta(body);

    for (const index of found) {
      expect(await message(wamids(isOurs)[index] ?? ''), `wamid ${index}`).toMatchObject({
        direction: isOurs ? 'outbound' : 'inbound',
      });
    }
  });
});

describe('a sent message', () => {
  test('has its status, the time of each, price and callback data', async () => {
    const pricing = { billable: true, pricing_model: 'PMP', category: 'utility' };
    const told = { biz_opaque_callback_data: 'row-7' };
    await conversation.meta(status('read', 30, told));
    await conversation.meta(status('sent', 1, { pricing, ...told }));
    await conversation.meta(status('delivered', 2, { pricing, ...told }));

    expect(await message(WAMID)).toEqual({
      channel: CHANNEL,
      provider: 'meta',
      wamid: WAMID,
      direction: 'outbound',
      contact: {
        phone: '5215550001111',
        userId: 'MX.10000000000000000001',
        lid: null,
        chatId: null,
      },
      account: ACCOUNT,
      displayPhoneNumber: '15550783881',
      status: 'read',
      statuses: [
        { status: 'sent', at: iso(1), errors: [], pricing, detail: { pricing, ...told } },
        { status: 'delivered', at: iso(2), errors: [], pricing, detail: { pricing, ...told } },
        { status: 'read', at: iso(30), errors: [], pricing: null, detail: told },
      ],
      errors: [],
      pricing,
      callbackData: 'row-7',
      participants: [],
      outgoing: null,
      entry: null,
    });
  });

  test('has its errors', async () => {
    const errors = [{ code: 131049, title: 'Unhealthy ecosystem' }];
    await conversation.meta(status('failed', 1, { errors, recipient_user_id: undefined }));

    expect(await message(WAMID)).toMatchObject({ status: 'failed', errors, callbackData: null });
  });

  test('keeps a status that nobody knows beside the others', async () => {
    await conversation.meta(status('teleported', 1));
    expect(await message(WAMID)).toMatchObject({
      status: null,
      statuses: [{ status: 'teleported' }],
    });

    await conversation.meta(status('delivered', 2));
    await conversation.meta(status('archived', 0));
    expect(await message(WAMID)).toMatchObject({
      status: 'delivered',
      statuses: [{ status: 'delivered' }, { status: 'archived' }, { status: 'teleported' }],
    });
  });

  test('keeps the digits of what the provider told', async () => {
    const big = status('sent', 1).replace('"status"', '"n":12345678901234567890,"status"');
    await conversation.meta(big);

    expect((await conversation.message(WAMID)).text).toContain('"n":12345678901234567890');
  });

  test('to a group chat tells what each participant did', async () => {
    const group = {
      recipient_id: 'Y2FwaQ==',
      recipient_type: 'group',
      recipient_user_id: undefined,
    };
    const of = (phone: string, userId: string) => ({
      ...group,
      recipient_participant_id: phone,
      recipient_participant_user_id: userId,
    });
    await conversation.meta(status('sent', 0, group));
    await conversation.meta(status('delivered', 1, of('521', 'MX.1')));
    await conversation.meta(status('read', 2, of('521', 'MX.1')));
    await conversation.meta(status('delivered', 3, of('522', 'MX.2')));

    expect(await message(WAMID)).toMatchObject({
      status: 'sent',
      contact: { chatId: 'Y2FwaQ==', phone: null },
      participants: [
        {
          name: 'MX.1',
          contact: { phone: '521', userId: 'MX.1', lid: null, chatId: null },
          status: 'read',
          statuses: [{ status: 'delivered' }, { status: 'read', at: iso(2) }],
        },
        { name: 'MX.2', status: 'delivered' },
      ],
    });
  });

  test.each([
    ['5215550001111', { phone: '5215550001111' }],
    ['MX.1', { userId: 'MX.1' }],
  ])('to a group chat tells who a participant is by %s alone', async (name, names) => {
    const group = {
      recipient_id: 'Y2FwaQ==',
      recipient_type: 'group',
      recipient_user_id: undefined,
    };
    await conversation.meta(status('read', 1, { ...group, recipient_participant_id: name }));

    expect(await message(WAMID)).toMatchObject({ participants: [{ name, contact: names }] });
  });

  test('of WasenderApi is read likewise', async () => {
    const key = { id: '3EB0', fromMe: true, remoteJid: '20000000000001@lid' };
    await conversation.wasender(wasenderWebhook('messages.update', { update: { status: 4 }, key }));

    expect(await message('3EB0', 'shop')).toMatchObject({
      provider: 'wasender',
      status: 'read',
      contact: { lid: '20000000000001@lid' },
      account: null,
    });
  });

  test('has expired when its retention is over', async () => {
    await conversation.meta(status('sent', 1));
    conversation.clock.now += 31 * 86_400_000;

    expect((await conversation.message(WAMID)).status).toBe(404);
  });

  test('is read with one query, and a look for what its echo says and whether it was sent from here', async () => {
    await conversation.meta(status('sent', 1));
    conversation.emulator.operations.length = 0;
    await conversation.message(WAMID);

    expect(conversation.emulator.operations).toEqual(['BatchGetItem', 'Query', 'BatchGetItem']);
  });
});

const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';
const TOKEN = '3A00000000000001';

describe('a message of a contact', () => {
  const byPhone = metaWamid(PHONE, TOKEN);
  const byUser = metaWamid(USER_ID, TOKEN, { kindOfUser: 0x14 });
  const fromThePhone = { from_user_id: undefined, id: byPhone };

  test.each([
    ['the wamid that it came under', {}, byPhone, byPhone],
    ['a wamid that cannot be read', {}, 'wamid.1', 'wamid.1'],
    ['a wamid for its BSUID', {}, byPhone, byUser],
    ['a wamid for its phone', {}, byUser, byPhone],
    ['a wamid for its phone, which it does not tell', { from: undefined }, byUser, byPhone],
    ['the wamid that it came under from the phone alone', fromThePhone, byPhone, byPhone],
  ])('is found by %s', async (_, names, id, asked) => {
    await conversation.meta(metaWebhook({ messages: [aMessage({ id: 'wamid.before' })] }));
    await conversation.meta(metaWebhook({ messages: [aMessage({ id, ...names })] }));

    const found = await message(asked);

    expect(found).toMatchObject({ wamid: id, direction: 'inbound', status: null, statuses: [] });
    expect(found.entry).toMatchObject({ wamid: id, type: 'text', text: '¿Sigue disponible?' });
  });

  test('of WasenderApi is found by its id', async () => {
    const key = { id: '3EB0', fromMe: false, remoteJid: '20001@lid' };
    await conversation.wasender(
      wasenderWebhook('messages.received', { key, message: { conversation: 'hola' } }),
    );

    expect(await message('3EB0', 'shop')).toMatchObject({
      ...{ provider: 'wasender', direction: 'inbound', wamid: '3EB0' },
      contact: { lid: '20001@lid' },
      entry: { text: 'hola' },
    });
  });

  test.each(['120363000000000001@g.us', '120363000000000001@newsletter'])(
    'of WasenderApi is found by its id in %s, whoever wrote it',
    async (remoteJid) => {
      for (const fromMe of [true, false]) {
        const key = { id: `3EB0${fromMe}`, fromMe, remoteJid, participant: '20001@lid' };
        await conversation.wasender(
          wasenderWebhook('messages.upsert', { key, message: { conversation: 'hola' } }),
        );
        expect((await message(key.id, 'shop')).entry).toMatchObject({ text: 'hola' });
        if (!fromMe) continue;
        await conversation.wasender(
          wasenderWebhook('messages.update', { key, update: { status: 3 } }),
        );
        expect(await message(key.id, 'shop')).toMatchObject({
          ...{ status: 'delivered', entry: { text: 'hola' } },
        });
      }
    },
  );

  test('of WasenderApi is found by its id though it was changed, and a change alone by either id', async () => {
    const key = { id: '3EB0', fromMe: false, remoteJid: '20001@lid' };
    const protocolMessage = { key, type: 'REVOKE' };
    await conversation.wasender(
      wasenderWebhook('messages.upsert', {
        ...{ key: { ...key, id: 'OWN' }, message: { protocolMessage } },
      }),
    );
    expect((await message('OWN', 'shop')).entry?.type).toBe('revoke');
    await conversation.wasender(
      wasenderWebhook('messages.update', { key, update: { message: null, messageStubType: 1 } }),
    );
    await conversation.wasender(
      wasenderWebhook('messages.update', {
        ...{ key, update: { message: { editedMessage: { message: { conversation: 'no' } } } } },
      }),
    );
    expect((await message('3EB0', 'shop')).entry?.type).toBe('edit');
    await conversation.wasender(
      wasenderWebhook('messages.received', { key, message: { conversation: 'hola' } }),
    );
    expect((await message('3EB0', 'shop')).entry?.type).toBe('text');
  });

  test('is found where it came as a placeholder alone', async () => {
    const key = { id: '3EB0', fromMe: false, remoteJid: '20001@lid' };
    await conversation.wasender(wasenderWebhook('messages.upsert', { key, messageStubType: 2 }));
    expect((await message('3EB0', 'shop')).entry?.type).toBe('placeholder');

    await conversation.wasender(
      wasenderWebhook('messages.upsert', { key, message: { conversation: 'hola' } }),
    );
    expect((await message('3EB0', 'shop')).entry?.type).toBe('text');
  });

  test('is not found where nobody knows it', async () => {
    expect(await conversation.message(byPhone)).toMatchObject({
      status: 404,
      body: {
        error: { code: 'not_found', message: 'no such message is known on this channel' },
      },
    });
  });
});

describe('a message that the business wrote elsewhere', () => {
  const sent = metaWamid(PHONE, TOKEN, { isOurs: true });

  test('says what it was, and what became of it', async () => {
    const echo = { ...aEcho, to: PHONE, id: sent };
    await conversation.meta(
      metaWebhook({ message_echoes: [echo], statuses: [aStatus({ id: sent, status: 'read' })] }),
    );

    expect(await message(sent)).toMatchObject({
      ...{ direction: 'outbound', status: 'read' },
      entry: { kind: 'echo', text: 'hola', status: 'read' },
    });
  });

  test('is found by the wamid that the other side gives it', async () => {
    await conversation.meta(metaWebhook({ message_echoes: [{ ...aEcho, to: PHONE, id: sent }] }));

    const asked = metaWamid('15550001111', TOKEN);
    expect(await message(asked)).toMatchObject({ direction: 'outbound', wamid: sent });
  });

  test('and of which statuses alone are known is found by a wamid for another name', async () => {
    const names = { recipient_id: PHONE, recipient_user_id: USER_ID };
    await conversation.meta(
      metaWebhook({ statuses: [aStatus({ id: sent, status: 'delivered', ...names })] }),
    );

    const asked = metaWamid(USER_ID, TOKEN, { isOurs: true, kindOfUser: 0x14 });
    expect(await message(asked)).toMatchObject({ wamid: sent, status: 'delivered', entry: null });
  });
});

const aEcho = { timestamp: String(SECOND), type: 'text', text: { body: 'hola' } };
