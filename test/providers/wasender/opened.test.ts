import { describe, expect, test } from 'vitest';
import { messageType } from '../../../lambda/providers/wasender/content.ts';
import { openMessage } from '../../../lambda/providers/wasender/opened.ts';
import { SAID } from '../../support/said.ts';

/** Kinds that are not said, or not understood. */
const UNTOLD = new Set(['system', 'placeholder', 'unsupported', 'unknown']);

const text = { extendedTextMessage: { text: 'hola' } };

/** All that WhatsApp is known to put around a message, and what it may invent. */
const CONTAINERS = [
  'associatedChildMessage',
  'botInvokeMessage',
  'deviceSentMessage',
  'documentWithCaptionMessage',
  'ephemeralMessage',
  'groupMentionedMessage',
  'groupStatusMessage',
  'groupStatusMessageV2',
  'lottieStickerMessage',
  'pollCreationMessageV4',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'wrappingOfTomorrowMessage',
];

describe('a message is opened', () => {
  test.each(CONTAINERS)('from %s, alone and in all others', (container) => {
    const one = { [container]: { message: text } };
    const two = CONTAINERS.map((other) => ({ [other]: { message: one } }));

    for (const message of [one, ...two]) {
      expect(messageType(message)).toBe('text');
      expect(openMessage(message)).toMatchObject({ member: 'extendedTextMessage', isEdit: false });
    }
  });

  test('from an edit, which it stays', () => {
    const protocolMessage = { type: 14, key: { id: 'A' }, editedMessage: text };
    const edit = { editedMessage: { message: { protocolMessage } } };

    for (const message of [edit, { ephemeralMessage: { message: edit } }, { protocolMessage }]) {
      expect(messageType(message)).toBe('edit');
      expect(openMessage(message)).toMatchObject({
        ...{ member: 'extendedTextMessage', isEdit: true, edited: 'A' },
      });
    }
  });

  test.each([
    [{ conversation: '', imageMessage: {} }, 'image'],
    [{ messageContextInfo: {}, imageMessage: null }, 'image'],
    [{ protocolMessage: { type: 'REVOKE', key: { id: 'A' } } }, 'revoke'],
    [{ protocolMessage: { type: 'EPHEMERAL_SETTING' } }, 'system'],
    [{ hologramMessage: { a: 1 }, ...text }, 'text'],
    [{ call: { a: 1 }, conversation: 'hola' }, 'text'],
    [{ hologramMessage: { a: 1 }, other: {} }, 'hologram'],
    [{ hologramMessage: { a: 1 }, imageMessage: null }, 'hologram'],
    [{ ephemeralMessage: {} }, 'placeholder'],
    [{ ephemeralMessage: { message: 'text' } }, 'placeholder'],
    [{ messageContextInfo: {} }, 'placeholder'],
    [null, 'placeholder'],
    [[text], 'placeholder'],
  ])('as far as it can be: %j is of the type %s', (message, type) => {
    expect(messageType(message)).toBe(type);
  });

  test.each(
    SAID.flatMap(({ what, provider, body, content }) =>
      provider === 'wasender' && !UNTOLD.has(content.kind)
        ? [[what, JSON.parse(body).data] as const]
        : [],
    ),
  )('beside what is new: %s', (_, data) => {
    const message = data.messages?.[0]?.message;
    if (typeof message !== 'object' || message === null) return;

    expect(openMessage({ hologramMessage: { a: 1 }, ...message })).toEqual(openMessage(message));
  });

  test('to a depth that no message has, and not beyond', () => {
    let message: object = text;
    for (let depth = 0; depth < 10_000; depth += 1) message = { ephemeralMessage: { message } };

    expect(messageType(message)).toBe('placeholder');
  });
});
