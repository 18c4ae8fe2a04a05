import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messageAnswer } from '../../lambda/api/schemas.ts';
import { type StoredConversation, startConversation } from '../support/stored-conversation.ts';
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

let conversation: StoredConversation;

beforeAll(async () => {
  conversation = await startConversation(SECOND * 1000);
});
afterAll(() => conversation[Symbol.asyncDispose]());
beforeEach(() => conversation.clear());

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
          status: 'read',
          statuses: [{ status: 'delivered' }, { status: 'read', at: iso(2) }],
        },
        { name: 'MX.2', status: 'delivered' },
      ],
    });
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

  test('is read with one query', async () => {
    await conversation.meta(status('sent', 1));
    conversation.emulator.operations.length = 0;
    await conversation.message(WAMID);

    expect(conversation.emulator.operations).toEqual(['Query']);
  });
});

test('a message of the contact is not found, and the answer says where it is', async () => {
  await conversation.meta(metaWebhook({ messages: [aMessage({ id: WAMID })] }));

  expect(await conversation.message(WAMID)).toMatchObject({
    status: 404,
    body: {
      error: {
        code: 'not_found',
        message:
          "no status of this message is known on this channel; what a contact sent is in that contact's timeline",
      },
    },
  });
});
