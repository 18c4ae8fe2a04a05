import { describe, expect, test } from 'vitest';
import { isWanted } from '../../lambda/delivery/subscriber.ts';
import { chatOf, keptChat } from '../../lambda/events/chat.ts';
import { contactGroup } from '../../lambda/events/event.ts';
import type { EventFacts } from '../../lambda/events/routed-event.ts';
import { withChat } from '../../lambda/table/stored-event.ts';
import {
  aMessage,
  aStatus,
  metaChange,
  metaChanges,
  metaEvent,
  only,
  splitMeta,
  wasenderEvent,
} from '../support/webhooks.ts';

const wasender = (event: string, key: object, rest: object = {}) =>
  wasenderEvent(event, { key: { id: 'A', fromMe: false, ...key }, ...rest });
const upsert = (remoteJid: string, more: object = {}) =>
  wasender('messages.upsert', { remoteJid, ...more });
const group = { recipient_type: 'group', recipient_id: 'Y2FwaQ', recipient_user_id: undefined };

test.each([
  ['a message', metaEvent({ messages: [aMessage()] }), 'private'],
  ['a status', metaEvent({ statuses: [aStatus()] }), 'private'],
  ["a group's message", metaEvent({ messages: [aMessage({ group_id: 'Y2FwaQ' })] }), 'group'],
  [
    "a group's status",
    metaEvent({ statuses: [aStatus({ ...group, recipient_participant_id: '521' })] }),
    'group',
  ],
  [
    "a group's change",
    only(splitMeta(metaChange('group_settings_update', { groups: [{ group_id: 'Y2FwaQ' }] }))),
    'group',
  ],
  [
    "an account's change",
    only(splitMeta(metaChanges({ field: 'flows', value: { event: 'X' } }))),
    undefined,
  ],
  ['a message by phone', upsert('521@s.whatsapp.net'), 'private'],
  ['a message by LID', upsert('20001@lid'), 'private'],
  ['a message by hosted LID', upsert('20001@hosted.lid'), 'private'],
  ['a message to a list', upsert('1795212000@broadcast', { participant: '20001@lid' }), 'private'],
  ['a message of a bot', upsert('867051314767696@bot'), 'private'],
  ['a message of a group', upsert('12036@g.us', { participant: '20001@lid' }), 'group'],
  ['a post of a channel', upsert('12036@newsletter'), 'channel'],
  ["somebody's status", upsert('status@broadcast', { participant: '20001@lid' }), 'status'],
  [
    'a receipt in a group',
    wasender(
      'message-receipt.update',
      { fromMe: true, remoteJid: '12036@g.us' },
      { receipt: { userJid: '20001@lid', readTimestamp: 1 } },
    ),
    'group',
  ],
  ['a session', wasenderEvent('session.status', { status: 'connected' }), undefined],
])('%s is of its chat', (_, event, chat) => {
  expect(chatOf(event.contact)).toBe(chat);
  const kept = chat === 'private' ? undefined : chat;
  expect(keptChat(event.contact)).toBe(kept);
  expect(withChat(event).chat).toBe(kept);
});

describe('a filter by chat', () => {
  const message: EventFacts = {
    ...{ provider: 'meta', channel: '77', kind: 'message', type: 'text', direction: 'inbound' },
  };

  test.each([
    ['a private message', message, ['private']],
    ["a group's message", { ...message, chat: 'group' }, ['group']],
    ["a channel's post", { ...message, chat: 'channel' }, ['channel']],
    ["somebody's status", { ...message, chat: 'status' }, ['status']],
    ['a private status', { ...message, kind: 'status' }, ['private']],
    [
      "an account's change",
      { ...message, kind: 'account' },
      ['private', 'group', 'channel', 'status'],
    ],
    [
      "a contact's preference",
      { ...message, kind: 'account', group: contactGroup('77', '521') },
      ['private'],
    ],
    ["a group's change", { ...message, kind: 'account', chat: 'group' }, ['group']],
  ] as const)('lets pass %s', (_, event, passing: readonly string[]) => {
    for (const chat of ['private', 'group', 'channel', 'status'] as const) {
      expect(isWanted({ chats: [chat] }, event)).toBe(passing.includes(chat));
    }
    expect(isWanted({}, event)).toBe(true);
    expect(isWanted({ chats: ['private', 'group', 'channel', 'status'] }, event)).toBe(true);
  });
});
