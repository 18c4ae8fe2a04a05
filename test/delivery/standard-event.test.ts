import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { beside } from '../../lambda/content/schema.ts';
import { standardBody } from '../../lambda/delivery/standard-event.ts';
import {
  standardEvent,
  standardEventJsonSchema,
} from '../../lambda/delivery/standard-event-schema.ts';
import type { WebhookEvent } from '../../lambda/events/event.ts';
import type { SettledMedia } from '../../lambda/events/media-state.ts';
import {
  aDelivery,
  anOutgoingEvent,
  aPhotoEvent,
  mediaEventOf,
  routed,
} from '../support/deliveries.ts';
import { KEY, SAID, saidByWasender } from '../support/said.ts';
import {
  aContact,
  aMessage,
  aStatus,
  CHANNEL,
  metaChange,
  metaChanges,
  metaWebhook,
  only,
  splitMeta,
  splitWasender,
  wasenderEvent,
} from '../support/webhooks.ts';

/** What a receiver parses, which the published schema must allow. */
function received(event: WebhookEvent) {
  const body = standardBody(aDelivery({ event: routed(event) }), { payload: event.payload });
  return standardEvent.parse(JSON.parse(body));
}

const receivedFromMeta = (body: string) => received(only(splitMeta(body)));

describe('the standard event of', () => {
  test('a message has its text, who wrote it, and the webhook as it came', () => {
    const webhook = metaWebhook({ contacts: [aContact()], messages: [aMessage()] });

    expect(receivedFromMeta(webhook)).toEqual({
      version: 1,
      id: expect.stringMatching(/^message_[\w-]{43}$/),
      type: 'message.received',
      timestamp: '2026-11-20T22:00:00.000Z',
      data: {
        provider: 'meta',
        channel: CHANNEL,
        direction: 'inbound',
        contact: {
          phone: '5215550001111',
          userId: 'MX.10000000000000000001',
          lid: null,
          chatId: null,
        },
        chat: 'private',
        group: expect.stringMatching(/^contact\.[\w-]{43}$/),
        wamid: expect.stringMatching(/^wamid\./),
        receivedAt: '2026-11-20T22:01:00.000Z',
        messageType: 'text',
        text: '¿Sigue disponible?',
        profileName: 'Lucía',
        content: { kind: 'text', text: '¿Sigue disponible?', previewUrl: null, options: [] },
        ...{ replyTo: null, forwarded: false, frequentlyForwarded: false, mentions: [] },
        ...{ referral: null, username: null },
        payload: JSON.parse(webhook),
      },
    });
  });

  test('a status has its errors and its price', () => {
    const errors = [{ code: 131_026, title: 'Message undeliverable' }];
    const pricing = { billable: false, category: 'service' };
    const status = aStatus({ status: 'failed', errors, pricing });

    expect(receivedFromMeta(metaWebhook({ statuses: [status] }))).toMatchObject({
      type: 'message.status',
      data: { direction: 'outbound', status: 'failed', errors, pricing, participant: null },
    });
  });

  test('a status without errors has none, and no price', () => {
    expect(receivedFromMeta(metaWebhook({ statuses: [aStatus()] }))).toMatchObject({
      data: { errors: [], pricing: null },
    });
  });

  test('each other kind has a type of its own', () => {
    const value = (members: object) => metaWebhook(members);
    const account = metaChanges({ field: 'account_update', value: { event: 'DISABLED' } });
    const echoes = metaChange('smb_message_echoes', {
      message_echoes: [aMessage({ to: '5215550001111' })],
    });
    const history = metaChange('history', {
      history: [{ threads: [{ id: '5215550001111', messages: [aMessage()] }] }],
    });
    const call = { id: 'wacid.1', from: '5215550001111', event: 'connect' };

    expect(receivedFromMeta(value({ calls: [call] }))).toMatchObject({
      type: 'call.updated',
      data: { callEvent: 'connect' },
    });
    expect(receivedFromMeta(echoes).type).toBe('message.sent');
    expect(receivedFromMeta(history).type).toBe('message.history');
    expect(receivedFromMeta(account)).toMatchObject({
      type: 'account.updated',
      data: { field: 'account_update' },
    });
  });

  test('a message of WasenderApi has the text of its own form', () => {
    const key = { id: 'ABC', fromMe: false, remoteJid: '5215550001111@s.whatsapp.net' };
    const data = { messages: { key, message: { conversation: 'hola' }, pushName: 'Lucía' } };
    const event = wasenderEvent('messages.received', data);

    expect(received(event)).toMatchObject({
      type: 'message.received',
      data: {
        provider: 'wasender',
        channel: 'shop',
        text: expect.any(String),
        profileName: 'Lucía',
      },
    });
  });

  test('a message that is wrapped has its text, also where an earlier release stored it', () => {
    const message = { ephemeralMessage: { message: { conversation: 'hola' } } };
    const event = only(splitWasender(saidByWasender(message)));
    const content = { kind: 'text', text: 'hola' };

    expect(received(event)).toMatchObject({ data: { messageType: 'text', text: 'hola', content } });
    expect(received({ ...event, type: 'ephemeral' })).toMatchObject({
      data: { messageType: 'ephemeral', text: 'hola', content },
    });
  });

  test.each(SAID)('$what has its content', ({ provider, body, content }) => {
    const event = only(provider === 'meta' ? splitMeta(body) : splitWasender(body));
    // What became of a payment comes with the status that tells it.
    if (event.kind === 'status') return;

    expect(received(event)).toMatchObject({ data: { content } });
  });

  const error = { code: 131_000, title: 'Something went wrong', href: '/errors' };

  test.each([
    ['beside messages', metaWebhook({ errors: [error] }), 131_000, [error]],
    [
      'of history that is refused',
      metaChange('history', { history: [{ errors: [error] }] }),
      ...([131_000, [error]] as const),
    ],
  ])('an error of Meta’s is one, %s', (_, body, code, errors) => {
    expect(receivedFromMeta(body)).toMatchObject({ type: 'account.error', data: { code, errors } });
  });

  test.each([
    [{ key: KEY, success: false }, null, []],
    [
      { messages: { key: KEY, success: false, error: 'not on WhatsApp' } },
      null,
      ['not on WhatsApp'],
    ],
    [{ success: false, errors: [{ code: '429' }] }, 429, [{ code: '429' }]],
  ])('a message that WasenderApi could not send is an error: %j', (data, code, errors) => {
    const event = wasenderEvent('message.sent', data);

    expect(received(event)).toMatchObject({ type: 'account.error', data: { code, errors } });
  });

  test('a message that says the word is no error', () => {
    const said = { key: KEY, success: true, message: { conversation: '"error": "success"' } };
    const event = wasenderEvent('message.sent', said);

    expect(received(event).type).toBe('message.sent');
  });

  test('a test says so, and nothing else', () => {
    const change = { field: 'floodgate.test', value: {} };

    expect(receivedFromMeta(metaChanges(change))).toMatchObject({
      type: 'floodgate.test',
      data: { message: 'A test of this endpoint by Floodgate' },
    });
  });
});

describe('what became of a file', () => {
  const photo = aPhotoEvent();
  const message = routed(photo);
  const link = { url: 'https://s3/photo?X-Amz-Signature=1', expiresAt: Date.UTC(2026, 10, 20, 23) };
  const tell = (media?: SettledMedia) => {
    const delivery = aDelivery({ event: mediaEventOf(message, media) });
    return standardEvent.parse(
      JSON.parse(standardBody(delivery, { payload: photo.payload, link })),
    );
  };

  test('is told with all that its message has, when the file was stored, and where it can be read', () => {
    const before = received(photo);

    expect(tell()).toEqual({
      version: 1,
      id: `media_${before.id}`,
      type: 'media.stored',
      timestamp: '2026-11-20T22:01:00.900Z',
      data: {
        ...before.data,
        eventId: before.id,
        media: {
          ...{ state: 'stored', mimeType: 'image/jpeg', sizeBytes: 90_210 },
          ...{ sha256: 'ab'.repeat(32), url: link.url, urlExpiresAt: '2026-11-20T23:00:00.000Z' },
        },
      },
    });
  });

  test.each<[SettledMedia, object]>([
    [
      { state: 'failed', reason: 'sha256' },
      { state: 'failed', reason: 'sha256' },
    ],
    [
      { state: 'skipped', reason: 'too-big' },
      { state: 'skipped', reason: 'too-big' },
    ],
    [{ state: 'expired' }, { state: 'expired', reason: null }],
  ])('is told with the reason where none comes: %j', (media, says) => {
    expect(tell(media)).toMatchObject({
      type: 'media.failed',
      data: { eventId: received(photo).id, messageType: 'image', media: says },
    });
    expect(tell(media)).not.toHaveProperty('data.media.url');
  });

  test('is never told to be stored without a URL', () => {
    const delivery = aDelivery({ event: mediaEventOf(message) });

    expect(() => standardBody(delivery, { payload: photo.payload })).toThrow('without its URL');
  });
});

describe('the standard event', () => {
  test('keeps every digit of the webhook', () => {
    const webhook = metaWebhook({ messages: [aMessage()] }).replace(
      '"type"',
      '"serial":123456789012345678901234567890,"type"',
    );
    const event = only(splitMeta(webhook));

    const body = standardBody(aDelivery({ event: routed(event) }), { payload: event.payload });

    expect(body).toContain('"serial":123456789012345678901234567890');
  });

  test('goes with what it says and without a payload for which there is no room', () => {
    const { event } = aDelivery();
    const body = standardBody(aDelivery(), { payload: event.payload, isWhole: false });

    expect(standardEvent.parse(JSON.parse(body))).toMatchObject({
      data: { payload: null, text: '¿Sigue disponible?', content: { kind: 'text' } },
    });
  });

  test('of an earlier release is one still', () => {
    const before = JSON.parse(standardBody(aDelivery(), { payload: aDelivery().event.payload }));
    for (const member of ['content', ...Object.keys(beside.shape)]) delete before.data[member];

    expect(standardEvent.parse(before)).toEqual(before);
  });

  test('goes without a payload that is no longer kept', () => {
    const body = standardBody(aDelivery(), { payload: undefined });

    expect(standardEvent.parse(JSON.parse(body))).toMatchObject({
      data: { payload: null, text: null, contact: { phone: null } },
    });
  });

  test('has the schema in docs/schemas: else run npm run event-schema', () => {
    const file = new URL('../../docs/schemas/event-v1.json', import.meta.url);

    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(standardEventJsonSchema())),
    );
  });
});

describe('the standard event of a message that is sent from here', () => {
  function toldOf(...[type, overrides]: Parameters<typeof anOutgoingEvent>) {
    const event = anOutgoingEvent(type, overrides);
    const body = standardBody(aDelivery({ event }), { payload: event.payload });
    return standardEvent.parse(JSON.parse(body));
  }

  test('has our id, its state and its contact, and no webhook', () => {
    const { data, ...rest } = toldOf('queued');

    expect(rest).toMatchObject({ type: 'message.queued', version: 1 });
    expect(data).toEqual({
      ...{ provider: 'meta', channel: '123', direction: 'outbound', chat: 'private' },
      contact: { phone: '5215550001111', userId: null, lid: null, chatId: null },
      ...{ group: expect.stringMatching(/^contact\./), wamid: 'wamid.ours' },
      ...{ receivedAt: '2026-11-20T22:01:00.000Z', payload: null },
      outgoing: {
        ...{ id: 'msg_0123456789abcdefghijkl', state: 'queued', attempt: 1, error: null },
      },
    });
  });

  test('says that it was sent in the same words as of another device, with `outgoing` beside them', () => {
    expect(toldOf('sent', { state: 'held' })).toMatchObject({
      type: 'message.sent',
      data: { messageType: null, content: null, replyTo: null, outgoing: { state: 'held' } },
    });
  });

  test.each([
    [{ class: 'window', code: '131047', text: 'Too late' }, {}],
    [{ class: 'unreachable' }, { code: null, text: null }],
  ])('says why it failed: %j', (error, others) => {
    expect(toldOf('failed', { error })).toMatchObject({
      type: 'message.failed',
      data: { outgoing: { error: { ...error, ...others } } },
    });
  });

  test('says that nobody knows', () => {
    expect(toldOf('uncertain').type).toBe('message.uncertain');
  });

  test('cannot be made of what nobody of ours wrote', () => {
    for (const payload of ['null', '{"id":7}']) {
      const { payload: _, payloadKey: __, ...event } = anOutgoingEvent();
      const delivery = aDelivery({ event: { ...event, payload } });
      expect(() => standardBody(delivery, { payload })).toThrow('sent from here');
    }
  });
});
