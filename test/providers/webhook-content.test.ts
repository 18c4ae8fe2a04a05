import { describe, expect, test } from 'vitest';
import { messageText, preferenceOf, profileOf } from '../../lambda/providers/webhook-content.ts';
import { aContact, aMessage, metaChange, wasenderWebhook } from '../support/webhooks.ts';

const meta = (value: object) => JSON.parse(metaChange('messages', value));
const wasender = (data: unknown) => JSON.parse(wasenderWebhook('messages.received', data));

const said = aMessage({ text: { body: 'hola' } });
const key = { id: 'A1', remoteJid: '521@s.whatsapp.net' };
const conversation = { key, message: { conversation: 'hola' } };

describe('the text of a message', () => {
  test.each([
    ['of Meta', meta({ messages: [said] })],
    ['in standby', meta({ standby: { messages: [said] } })],
    ['typed in the WhatsApp Business app', meta({ message_echoes: [said] })],
    [
      'from before the channel was connected',
      meta({ history: [{ threads: [{ messages: [said] }] }] }),
    ],
    ['of WasenderApi', wasender({ messages: [conversation] })],
    ['of WasenderApi, alone', wasender({ messages: conversation })],
    ['of WasenderApi, as data', wasender(conversation)],
    ['of WasenderApi, in an array', wasender([conversation])],
    ['of WasenderApi, sent', wasender({ message: { key, messageBody: 'hola' } })],
    [
      'of WasenderApi, with a preview',
      wasender({ messages: { key, message: { extendedTextMessage: { text: 'hola' } } } }),
    ],
  ])('is found in one %s', (_, webhook) => {
    expect(messageText(webhook)).toBe('hola');
  });

  test.each([
    ['that is an image', meta({ messages: [aMessage({ text: undefined, type: 'image' })] })],
    ['whose body is no text', meta({ messages: [aMessage({ text: { body: 1 } })] })],
    [
      'of WasenderApi that is an image',
      wasender({ ...conversation, message: { imageMessage: {} } }),
    ],
    ['in a list that is none', meta({ messages: { 0: said } })],
    ['of WasenderApi that is a number', wasender([1])],
    ['of no entries', { entry: [] }],
    ['that is no webhook', null],
  ])('is absent in one %s', (_, webhook) => {
    expect(messageText(webhook)).toBeUndefined();
  });
});

describe('the profile', () => {
  const told = { pushName: 'Ana', message: { conversation: 'hola' } };
  const ours = { ...key, fromMe: true };
  test.each([
    ['what the contact wrote', { ...told, key: { ...key, fromMe: false } }, 'Ana'],
    ['what the business wrote', { ...told, key: ours }, undefined],
    [
      'a reaction of the contact to what the business wrote',
      { pushName: 'Ana', key: ours, reaction: { key: { fromMe: false } } },
      'Ana',
    ],
    [
      'a reaction of the business',
      { pushName: 'Ana', key: { ...key, fromMe: false }, reaction: { key: { fromMe: true } } },
      undefined,
    ],
  ])('is the name of who wrote, of %s', (_, message, name) => {
    expect(profileOf(wasender({ messages: message }))?.name).toBe(name);
  });

  test('is that of the contact beside the message', () => {
    const profile = { name: 'Lucía', username: 'luc' };
    expect(profileOf(meta({ contacts: [aContact({ profile })], messages: [said] }))).toEqual(
      profile,
    );
  });

  test.each([{ name: 'Lucía' }, { username: 'luc' }])('may be half of it: %j', (profile) => {
    const webhook = meta({ contacts: [aContact({ profile })], messages: [said] });
    expect(profileOf(webhook)).toEqual({ name: undefined, username: undefined, ...profile });
  });

  test('is by WasenderApi the name that a message was pushed with', () => {
    expect(profileOf(wasender({ ...conversation, pushName: 'Lucía' }))).toMatchObject({
      name: 'Lucía',
    });
  });

  test('is absent where none is told', () => {
    expect(profileOf(meta({ messages: [said] }))).toBeUndefined();
    expect(profileOf(wasender(conversation))).toBeUndefined();
  });
});

describe('the preference', () => {
  const told = { category: 'marketing_messages', value: 'stop', detail: 'as told' };

  test('is what the contact chose for a category', () => {
    expect(preferenceOf(meta({ user_preferences: [told] }))).toEqual({
      category: 'marketing_messages',
      value: 'stop',
    });
  });

  test.each([{ category: undefined }, { value: undefined }])('is none without both: %j', (lack) => {
    expect(preferenceOf(meta({ user_preferences: [{ ...told, ...lack }] }))).toBeUndefined();
  });
});
