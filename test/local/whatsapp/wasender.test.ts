import { describe, expect, test } from 'vitest';
import { takeDue } from '../../../local/whatsapp/outbox.ts';
import { aWorld, call, NOW, SOFIA, TOKENS } from './worlds.ts';

const JID = `${SOFIA}@s.whatsapp.net`;
const aText = { to: `+${SOFIA}`, text: 'hi' };
type World = ReturnType<typeof aWorld>;

function send(world: World, json: unknown, at = NOW) {
  return call(world, { path: '/api/send-message', json, at });
}

function eventsUntil(world: World, at: number): unknown[] {
  return takeDue(world.outbox, at).map(({ body }) => JSON.parse(body));
}

describe('WasenderApi takes', () => {
  const url = 'https://flowers.example/a';
  test.each<[string, object, string]>([
    ['text', aText, 'text'],
    ['an image with a caption', { to: SOFIA, imageUrl: url, text: 'tulips' }, 'image'],
    ['a video', { to: SOFIA, videoUrl: url }, 'video'],
    ['a document', { to: SOFIA, documentUrl: url, fileName: 'a.pdf' }, 'document'],
    ['audio', { to: SOFIA, audioUrl: url }, 'audio'],
    ['a sticker', { to: SOFIA, stickerUrl: url }, 'sticker'],
    ['a contact', { to: SOFIA, contact: { name: 'Ana', phone: '+52' } }, 'contact'],
    ['a location', { to: SOFIA, location: { latitude: 20.9, longitude: -89.6 } }, 'location'],
    ['a poll', { to: SOFIA, poll: { question: 'Which?', options: ['a', 'b'] } }, 'poll'],
    ['a reply', { ...aText, replyTo: 100_000 }, 'text'],
    ['a number as a JID', { ...aText, to: JID }, 'text'],
  ])('%s', async (_, json, type) => {
    const world = aWorld();
    expect((await send(world, json)).body).toEqual({
      success: true,
      data: { msgId: 100_000, jid: JID, status: 'in_progress' },
    });
    expect(world.ledger.receipts).toMatchObject([{ type, person: { phone: SOFIA } }]);
  });

  test('a message to a group', async () => {
    const sent = await send(aWorld(), { ...aText, to: '120363@g.us' });
    expect(sent.body).toMatchObject({ data: { jid: '120363@g.us' } });
  });
});

describe('WasenderApi refuses', () => {
  test.each<[object, string, string]>([
    [{ text: 'hi' }, 'to', 'The to field is required.'],
    [{ to: SOFIA }, 'text', 'The text field is required.'],
    [{ ...aText, to: '123456789012345@lid' }, 'to', 'JID does not exist on WhatsApp.'],
    [{ to: SOFIA, imageUrl: 'a.jpg' }, 'imageUrl', 'The imageUrl field is not valid.'],
    [
      { to: SOFIA, poll: { question: 'a', options: ['b'] } },
      'poll.options',
      'must be at least 2 elements long',
    ],
  ])('%j with 422', async (json, field, message) => {
    const world = aWorld();
    const refused = await send(world, json);
    expect(refused).toMatchObject({
      status: 422,
      body: { success: false, errors: { [field]: [expect.stringContaining(message)] } },
    });
    expect(world.ledger.receipts).toEqual([]);
  });

  test('a stranger, and everybody while its session is away', async () => {
    const path = '/api/send-message';
    const stranger = await call(aWorld(), { path, json: aText, token: TOKENS.meta });
    expect(stranger).toMatchObject({ status: 401, body: { success: false } });
    const world = aWorld({ wasender: { session: 'need_scan' } });
    expect((await call(world, { path: '/api/status' })).body).toEqual({ status: 'need_scan' });
    expect((await send(world, aText)).status).toBe(400);
  });
});

describe('the rate of WasenderApi', () => {
  test('is 256 in a minute from the first on, told in headers, and 429 above it', async () => {
    const world = aWorld();
    const first = await send(world, aText);
    expect(first.headers).toEqual({
      'x-ratelimit-limit': '256',
      'x-ratelimit-remaining': '255',
      'x-ratelimit-reset': String(NOW / 1_000 + 60),
    });
    for (let sent = 1; sent < 256; sent += 1) await send(world, aText);
    const refused = await send(world, aText, NOW + 45_000);
    expect(refused).toMatchObject({ status: 429, body: { success: false, retry_after: 15 } });
    expect(refused.headers).toMatchObject({ 'x-ratelimit-remaining': '0', 'retry-after': '15' });
    expect((await send(world, aText, NOW + 59_999)).status).toBe(429);
    expect((await send(world, aText, NOW + 60_000)).status).toBe(200);
  });

  test('is one in five seconds where the account is protected', async () => {
    const world = aWorld({ wasender: { accountProtection: true } });
    expect((await send(world, aText)).status).toBe(200);
    const refused = await send(world, aText, NOW + 4_999);
    expect(refused).toMatchObject({ status: 429, body: { retry_after: 1 } });
    expect((await send(world, aText, NOW + 5_000)).status).toBe(200);
  });
});

describe('a message of WasenderApi', () => {
  test("is told to be sent under WhatsApp's id, and its status in numbers", async () => {
    const world = aWorld();
    await send(world, aText);
    const id = world.ledger.receipts[0]?.wamid;
    const key = { id, fromMe: true, remoteJid: JID };
    const update = (status: number) => ({
      event: 'messages.update',
      data: { update: { status }, key },
    });
    expect(eventsUntil(world, NOW + 60_000)).toMatchObject([
      { event: 'message.sent', data: { key, message: { conversation: 'hi' }, success: true } },
      ...[2, 3, 4].map(update),
    ]);
  });

  test("is known by its number: also under WhatsApp's id, once it is sent", async () => {
    const world = aWorld();
    await send(world, aText);
    const path = '/api/messages/100000/info';
    expect((await call(world, { path })).body).toEqual({
      success: true,
      data: { msgId: 100_000, status: 'in_progress' },
    });
    const id = world.ledger.receipts[0]?.wamid;
    const later = await call(world, { path, at: NOW + 60_000 });
    expect(later.body).toMatchObject({ data: { msgId: 100_000, id, key: { id }, status: 4 } });
    expect((await call(world, { path: '/api/messages/7/info' })).status).toBe(404);
  });

  test('fares as the last digits of its number say', async () => {
    const world = aWorld();
    const sendTo = (ending: string) => send(world, { to: `52155500012${ending}`, text: 'hi' });
    expect(await sendTo('00')).toMatchObject({ hangsUp: true });
    expect(await sendTo('01')).toMatchObject({ hangsUp: true });
    expect(await sendTo('02')).toMatchObject({ status: 500, body: expect.any(String) });
    expect(await sendTo('50')).toMatchObject({ status: 200, afterMs: 5_000 });
    expect(world.ledger.receipts.map(({ answer }) => answer)).toEqual([
      'lost',
      'server-error',
      'given',
    ]);
    eventsUntil(world, NOW + 60_000);
    expect((await sendTo('13')).status).toBe(200);
    expect(eventsUntil(world, NOW + 60_000)).toMatchObject([
      { event: 'messages.update', data: { update: { status: 0 } } },
    ]);
  });
});
