import { describe, expect, test } from 'vitest';
import { messageIdOf } from '../../lambda/events/message-identity.ts';
import { eventOfPayload } from '../../lambda/table/stored-event.ts';
import {
  aContact,
  aMessage,
  CHANNEL,
  metaChange,
  metaEvent,
  only,
  RECEIVED_AT,
  splitMeta,
  splitWasender,
  wasenderWebhook,
} from '../support/webhooks.ts';

const META = { provider: 'meta', channel: CHANNEL, receivedAt: RECEIVED_AT } as const;
const WASENDER = { provider: 'wasender', channel: 'shop', receivedAt: RECEIVED_AT } as const;

const metaEcho = metaChange('smb_message_echoes', {
  message_echoes: [{ id: 'wamid.ECHO', to: '5215550001111', type: 'text', text: { body: 'Sí' } }],
});
const key = { id: '3EB0', fromMe: true, remoteJid: '5215550001111@s.whatsapp.net' };
const wasenderEcho = wasenderWebhook('messages.upsert', {
  messages: [{ key, message: { conversation: 'Sí' } }],
});

describe('a stored payload', () => {
  test('is the same event again', () => {
    const message = metaEvent({ contacts: [aContact()], messages: [aMessage()] });
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
  const sent = { channel: CHANNEL, direction: 'outbound' } as const;
  expect(only(splitMeta(metaEcho)).id).toBe(
    messageIdOf({ provider: 'meta', ...sent }, 'wamid.ECHO'),
  );
  expect(only(splitWasender(wasenderEcho)).id).toBe(
    messageIdOf({ provider: 'wasender', ...sent, channel: 'shop' }, '3EB0'),
  );
});
