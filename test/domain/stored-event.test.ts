import { describe, expect, test } from 'vitest';
import { echoId, eventOfPayload } from '../../lambda/domain/stored-event.ts';
import { messageText, preferenceOf, profileOf } from '../../lambda/domain/webhook-content.ts';
import {
  aContact,
  aMessage,
  CHANNEL,
  metaChanges,
  metaValue,
  metaWebhook,
  only,
  RECEIVED_AT,
  splitMeta,
  splitWasender,
  wasenderWebhook,
} from '../support/webhooks.ts';

const META = { provider: 'meta', channel: CHANNEL, receivedAt: RECEIVED_AT } as const;
const WASENDER = { provider: 'wasender', channel: 'shop', receivedAt: RECEIVED_AT } as const;

const metaEcho = metaChanges({
  field: 'smb_message_echoes',
  value: metaValue({
    message_echoes: [{ id: 'wamid.ECHO', to: '5215550001111', type: 'text', text: { body: 'Sí' } }],
  }),
});
const key = { id: '3EB0', fromMe: true, remoteJid: '5215550001111@s.whatsapp.net' };
const wasenderEcho = wasenderWebhook('messages.upsert', {
  messages: [{ key, message: { conversation: 'Sí' } }],
});

describe('a stored payload', () => {
  test('is the same event again', () => {
    const message = only(
      splitMeta(metaWebhook({ contacts: [aContact()], messages: [aMessage()] })),
    );
    const echo = only(splitWasender(wasenderEcho));

    expect(eventOfPayload(META, message.payload)).toEqual(message);
    expect(eventOfPayload(WASENDER, echo.payload)).toEqual(echo);
  });

  test('is no event where it is no webhook', () => {
    expect(eventOfPayload(META, 'no JSON')).toBeUndefined();
    expect(eventOfPayload(META, '{}')).toBeUndefined();
  });
});

test('the id of an echo follows from the wamid', () => {
  expect(only(splitMeta(metaEcho)).id).toBe(echoId('meta', CHANNEL, 'wamid.ECHO'));
  expect(only(splitWasender(wasenderEcho)).id).toBe(echoId('wasender', 'shop', '3EB0'));
});

describe('the text of a message', () => {
  const message = { text: { body: 'Hola' } };
  test.each([
    ['a message', { entry: [{ changes: [{ value: { messages: [message] } }] }] }],
    ['an echo', { entry: [{ changes: [{ value: { message_echoes: [message] } }] }] }],
    ['standby', { entry: [{ changes: [{ value: { standby: { messages: [message] } } }] }] }],
    [
      'history',
      { entry: [{ changes: [{ value: { history: [{ threads: [{ messages: [message] }] }] } }] }] },
    ],
    ['an unified body', { data: { messages: { key: {}, messageBody: 'Hola' } } }],
    ['an array of messages', { data: { messages: [{ message: { conversation: 'Hola' } }] } }],
    ['a message directly in data', { data: { key: {}, message: { conversation: 'Hola' } } }],
    ['a reply', { data: { messages: { message: { extendedTextMessage: { text: 'Hola' } } } } }],
    ['one that was sent', { data: { message: { messageBody: 'Hola' } } }],
  ])('is found in %s', (_, webhook) => {
    expect(messageText(webhook)).toBe('Hola');
  });

  test('is not made up', () => {
    expect(messageText({})).toBeUndefined();
    expect(messageText(null)).toBeUndefined();
    expect(messageText({ entry: [] })).toBeUndefined();
    expect(messageText({ data: [1] })).toBeUndefined();
  });
});

describe('the profile', () => {
  test('is that of the contact beside the event', () => {
    const contacts = [{ profile: { name: 'Lucía', username: 'lucia' } }];
    expect(profileOf({ entry: [{ changes: [{ value: { contacts } }] }] })).toEqual({
      name: 'Lucía',
      username: 'lucia',
    });
  });

  test('is the push name at WasenderApi', () => {
    expect(profileOf({ data: { messages: { pushName: 'Lucía' } } })).toEqual({ name: 'Lucía' });
  });

  test('may be missing', () => {
    expect(profileOf({ entry: [{ changes: [{ value: {} }] }] })).toBeUndefined();
  });
});

test('a preference needs a category and a value', () => {
  const webhook = (preference: object) => ({
    entry: [{ changes: [{ value: { user_preferences: [preference] } }] }],
  });
  const stop = { category: 'marketing_messages', value: 'stop' };

  expect(preferenceOf(webhook(stop))).toEqual(stop);
  expect(preferenceOf(webhook({ category: 'marketing_messages' }))).toBeUndefined();
  expect(preferenceOf(webhook({ value: 'stop' }))).toBeUndefined();
});
