import { describe, expect, test } from 'vitest';
import { testDelivery } from '../../lambda/delivery/test-event.ts';
import { fitsFilter, isStillWanted } from '../../lambda/delivery/wanted.ts';
import { aPhotoEvent, mediaEventOf, routed } from '../support/deliveries.ts';
import { aSubscriber } from '../support/subscribers.ts';
import { wasenderEvent } from '../support/webhooks.ts';

const photo = routed(aPhotoEvent());
const tested = testDelivery('sub_1', '1', 0).event;

describe('what was handed on is still wanted', () => {
  test.for([
    ['by who wants everything', {}, photo, true],
    ['by who wants its type', { filter: { types: ['image'] } }, photo, true],
    ['not by who wants it no more', { filter: { types: ['text'] } }, photo, false],
    ['not in a format without a word for it', { format: 'provider' }, mediaEventOf(photo), false],
    ['in one with a word for it', {}, mediaEventOf(photo), true],
    ['as a test by whomever', { filter: { kinds: ['status'] } }, tested, true],
  ] as const)('%s', ([, overrides, event, isWanted]) => {
    expect(isStillWanted(aSubscriber(overrides), event)).toBe(isWanted);
  });
});

test('the chat of an event that an earlier release stored is read from its payload', () => {
  const data = {
    messages: {
      key: {
        id: 'A1',
        remoteJid: '120363000000000001@g.us',
        participant: '5215550001111@s.whatsapp.net',
      },
      message: { conversation: 'hello' },
    },
  };
  const event = routed(wasenderEvent('messages.received', data));
  expect(event.chat).toBeUndefined();

  expect(fitsFilter({ chats: ['private'] }, event)).toBe(false);
  expect(fitsFilter({ chats: ['group'] }, event)).toBe(true);
  expect(fitsFilter({}, event)).toBe(true);
});
