import { describe, expect, test } from 'vitest';
import type { WebhookEvent } from '../../lambda/events/event.ts';
import type { MediaState } from '../../lambda/events/media-state.ts';
import { isOversized, parkedEvent } from '../../lambda/events/oversized.ts';
import { API_ROUTES } from '../../lambda/reading/routes.ts';
import { mediaAnswer } from '../../lambda/reading/schemas.ts';
import { aPhotoEvent, STORED_MEDIA } from '../support/deliveries.ts';
import { metaWamid } from '../support/meta-wamid.ts';
import { aConversation } from '../support/stored-conversation.ts';
import {
  aContact,
  aMessage,
  CHANNEL,
  metaChanges,
  metaEvent,
  metaValue,
  metaWebhook,
  only,
  splitMeta,
  splitWasender,
  wasenderWebhook,
} from '../support/webhooks.ts';

const NOW = Date.UTC(2026, 10, 22, 6);
const NEVER = new AbortController().signal;
const PHONE = '5215550001111';
const BY_PHONE = metaWamid(PHONE, '3A01');
const BY_USER = metaWamid('MX.10000000000000000001', '3A01', { kindOfUser: 0x14 });
const WAMID = 'wamid.HBgN+TIx/TU1MDAwMTExMRUC==';

const conversation = await aConversation(NOW);

async function store(event: WebhookEvent, state?: MediaState) {
  await conversation.store(isOversized(event) ? parkedEvent(event) : event);
  if (state !== undefined) await conversation.media.settle(event, state, NEVER);
}

async function media(contact: string, wamid = WAMID, channel = CHANNEL) {
  const { status, body } = await conversation.mediaOf(contact, wamid, channel);
  return status === 200 ? mediaAnswer.parse(body) : status;
}

const image = { type: 'image', image: { id: '1' } };

describe('the file of a message', () => {
  test.each([
    ['its phone number', PHONE],
    ['its BSUID', 'MX.10000000000000000001'],
  ])('is found by %s, with a URL that expires when the policy says', async (_, contact) => {
    await store(aPhotoEvent({ id: WAMID }), STORED_MEDIA);

    expect(await media(contact)).toEqual({
      ...{ state: 'stored', reason: null, mimeType: 'image/jpeg', sizeBytes: 90_210 },
      sha256: 'ab'.repeat(32),
      url: 'https://s3/media/default/message.1?for=3600',
      urlExpiresAt: '2026-11-22T07:00:00.000Z',
    });
  });

  test('is pending until something is known of it, also where its webhook is too big for a row', async () => {
    await store(aPhotoEvent({ id: WAMID }));
    expect(await media(PHONE)).toMatchObject({ state: 'pending', url: null });

    const caption = 'x'.repeat(360_000);
    const large = aPhotoEvent({ id: 'wamid.large', image: { id: '1', caption } });
    conversation.overflow.set(`payloads/${large.id}.json`, large.payload);
    await store(large);
    expect(await media(PHONE, 'wamid.large')).toMatchObject({ state: 'pending' });
  });

  test('has the reason where it will not come', async () => {
    await store(aPhotoEvent({ id: WAMID }), { state: 'skipped', reason: 'no-token' });

    expect(await media(PHONE)).toMatchObject({ state: 'skipped', reason: 'no-token', url: null });
  });

  test.each([
    ['that came by the wamid for the BSUID', { id: BY_USER, from_user_id: undefined }, {}],
    ['that came from the BSUID', { id: BY_USER, from: undefined }, {}],
    ['that came in a group chat', { id: BY_PHONE }, { group_id: 'g1' }],
  ])('is found by any wamid of a message %s', async (_, names, chat) => {
    await store(aPhotoEvent({ id: 'wamid.link' }));
    await store(aPhotoEvent({ ...names, ...chat }), STORED_MEDIA);

    const contact = 'group_id' in chat ? 'g1' : PHONE;
    for (const wamid of [BY_PHONE, BY_USER]) {
      expect(await media(contact, wamid)).toMatchObject({ state: 'stored' });
    }
  });

  test('is found for what the business sent from elsewhere', async () => {
    const message = aMessage({ ...image, id: WAMID, to: PHONE });
    const echoes = { field: 'smb_message_echoes', value: metaValue({ message_echoes: [message] }) };
    await store(only(splitMeta(metaChanges(echoes))), STORED_MEDIA);
    expect(await media(PHONE)).toMatchObject({ state: 'stored' });
  });

  test.each(
    [false, true].flatMap((fromMe) =>
      [PHONE, '120363000000000001@g.us'].map((contact) => [fromMe, contact] as const),
    ),
  )('is found for a message of WasenderApi, by us: %s, with %s', async (fromMe, contact) => {
    const key = { id: '3EB0A1', fromMe, remoteJid: contact };
    const messages = { key, message: { imageMessage: { mediaKey: 'a2V5' } } };
    const body = wasenderWebhook('messages.upsert', { messages });
    await store(only(splitWasender(body)), STORED_MEDIA);

    expect(await media(contact, '3EB0A1', 'shop')).toMatchObject({
      urlExpiresAt: '2026-11-22T06:05:00.000Z',
    });
  });
});

test('the file of a contact of two names is read in 4 Query and 2 BatchGetItem', async () => {
  const from = '15550001111';
  const { payload } = aPhotoEvent({ id: WAMID });
  await store(only(splitMeta(payload.replaceAll(PHONE, from))), STORED_MEDIA);
  conversation.emulator.operations.length = 0;

  await media(from);

  const counts = Map.groupBy(conversation.emulator.operations, (operation) => operation);
  expect([...counts].map(([operation, calls]) => [operation, calls.length]).toSorted()).toEqual([
    ['BatchGetItem', 2],
    ['Query', 4],
  ]);
});

describe('there is none', () => {
  test('where the message has no file, is not there, is another contact’s, or was forgotten', async () => {
    const photo = aPhotoEvent({ id: WAMID });
    await store(photo, STORED_MEDIA);
    await store(metaEvent({ messages: [aMessage({ id: 'wamid.text' })] }));

    expect(await media(PHONE, 'wamid.text')).toBe(404);
    expect(await media(PHONE, 'wamid.other')).toBe(404);
    expect(await media('34611222333')).toBe(404);
    expect(await media(PHONE, WAMID, 'other')).toBe(404);
    conversation.clock.now += 31 * 86_400_000;
    expect(await media(PHONE)).toBe(404);
  });

  test('of the time in which a number was somebody else’s', async () => {
    await store(aPhotoEvent({ id: WAMID, from_user_id: undefined }), STORED_MEDIA);
    expect(await media(PHONE)).toMatchObject({ state: 'stored' });

    for (const [userId, timestamp] of [
      ['MX.1', '1795215600'],
      ['MX.2', '1795219200'],
    ]) {
      const contacts = [aContact({ user_id: userId })];
      const messages = [aMessage({ id: userId, from_user_id: userId, timestamp })];
      const webhook = metaWebhook({ contacts, messages });
      for (const event of splitMeta(webhook, Number(timestamp) * 1000)) await store(event);
    }
    expect(await media('MX.2')).toBe(404);
  });

  test('answer where the contact is no contact, or the query asks for what is not there', async () => {
    const path = { channel: CHANNEL, contact: ' ', wamid: WAMID };
    const { get } = conversation;
    expect(await get({ routeKey: API_ROUTES.media, path })).toMatchObject({ status: 400 });
    const query = { limit: '1' };
    const asked = { routeKey: API_ROUTES.media, path: { ...path, contact: PHONE }, query };
    expect(await get(asked)).toMatchObject({ status: 400 });
  });
});
