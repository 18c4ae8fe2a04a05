import { describe, expect, test } from 'vitest';
import { contactGroup } from '../../lambda/events/event.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import {
  type Forgetting,
  readForgetting,
  writeForgetting,
} from '../../lambda/forgetting/forgetting.ts';
import { eachPersonOnce, forgottenPeople } from '../../lambda/forgetting/known-person.ts';
import { recipientsOf } from '../../lambda/table/stored-event.ts';
import { aStatus, CHANNEL, metaWebhook, wasenderWebhook } from '../support/webhooks.ts';

const PHONE = '5215550001111';
const FORMER = 'MX.10000000000000000001';
const NEWCOMER = 'MX.20000000000000000002';
const CHAT = '120363041234567890@g.us';
const CHANGED_HANDS = 5000;

const asked: Forgetting = {
  ...{ channel: CHANNEL, contact: PHONE, until: 10_000 },
  links: [
    { relation: 'same', from: PHONE, to: FORMER, seenAt: 1000 },
    { relation: 'same', from: PHONE, to: NEWCOMER, seenAt: CHANGED_HANDS },
  ],
};

function anEvent(name: string, occurredAt: number, others: Partial<RoutedEvent> = {}): RoutedEvent {
  const event = {
    ...{ provider: 'meta', channel: CHANNEL, kind: 'message', type: 'text', direction: 'inbound' },
    ...{ group: contactGroup(CHANNEL, name), id: 'message.1', occurredAt, receivedAt: occurredAt },
    payload: '{}',
  } as const;
  return Object.assign(event, others);
}

const statusTo = (status: object) => metaWebhook({ statuses: [aStatus(status)] });

const nobody = () => [];

describe('a forgetting', () => {
  test('is read as it was written', () => {
    expect(readForgetting(writeForgetting(asked))).toEqual(asked);
  });

  test.each([
    ['a later release', JSON.stringify({ v: 2, ...asked }), 'newer'],
    ['nobody', '{"v":1,"channel":"1"}', 'malformed'],
  ])('that %s wrote stops whoever reads it', (_, text, reason) => {
    expect(() => readForgetting(text)).toThrow(reason);
  });

  test('means who has the number now, and nobody who had it before', async () => {
    const { isForgotten } = await forgottenPeople([asked]);

    expect(isForgotten(anEvent(PHONE, CHANGED_HANDS), nobody)).toBe(true);
    expect(isForgotten(anEvent(NEWCOMER, CHANGED_HANDS - 1), nobody)).toBe(true);
    expect(isForgotten(anEvent(PHONE, CHANGED_HANDS - 1), nobody)).toBe(false);
    expect(isForgotten(anEvent(FORMER, CHANGED_HANDS), nobody)).toBe(false);
  });

  test('ends with what was received up to then', async () => {
    const { isForgotten } = await forgottenPeople([asked]);

    expect(isForgotten(anEvent(NEWCOMER, 6000, { receivedAt: 10_001 }), nobody)).toBe(false);
  });

  test('knows in all its calls the links that the first one had', () => {
    const again = { ...asked, links: [], until: 20_000 };
    const elsewhere = { ...asked, channel: 'shop' };

    expect(eachPersonOnce([asked, again, elsewhere])).toEqual([
      { ...asked, until: 20_000 },
      elsewhere,
    ]);
  });
});

describe('whom a status is about', () => {
  const status = anEvent('', 6000, { kind: 'status', type: 'read', group: 'message.x' });

  test('is who the message went to', () => {
    expect(recipientsOf(status, statusTo({}))).toEqual([FORMER, PHONE]);
  });

  test('is the group chat, whoever of its members read it', () => {
    const payload = statusTo({
      ...{ recipient_id: CHAT, recipient_user_id: undefined, recipient_type: 'group' },
      recipient_participant_id: PHONE,
    });
    expect(recipientsOf(status, payload)).toEqual([CHAT]);
  });

  test('is who the session says', () => {
    const key = { id: '3EB0', fromMe: true, remoteJid: `${PHONE}@s.whatsapp.net` };
    const payload = wasenderWebhook('messages.update', { key, update: { status: 3 } });
    const sent = anEvent('', 1, { ...status, provider: 'wasender', channel: 'shop' });
    expect(recipientsOf(sent, payload)).toEqual([PHONE]);
  });

  test('is nobody where its payload is no longer kept', () => {
    expect(recipientsOf(status, undefined)).toEqual([]);
  });
});
