import { describe, expect, test } from 'vitest';
import { contactGroup } from '../../../lambda/events/event.ts';
import { periodsOf } from '../../../lambda/people/name-periods.ts';
import { personNamed } from '../../../lambda/providers/meta/names.ts';
import {
  aMessage,
  aStatus,
  CHANNEL,
  metaChange,
  metaEvent,
  only,
  splitMeta,
} from '../../support/webhooks.ts';

const same = (from: string, to: string) => ({ relation: 'same', from, to });

test.each([
  ['521', 'US.66', { phone: '521', userId: 'US.66' }, [same('521', 'US.66')]],
  ['+521', undefined, { phone: '521' }, []],
  [undefined, 'US.66', { userId: 'US.66' }, []],
  ['US.66', undefined, { userId: 'US.66' }, []],
  ['US.66', 'US.66', { userId: 'US.66' }, []],
  ['US.ENT.6', 'US.66', { userId: 'US.66' }, [same('US.ENT.6', 'US.66')]],
  ['US.ENT.6', undefined, { userId: 'US.ENT.6' }, []],
  [undefined, '+521', { phone: '521' }, []],
  ['US.66', '521', { phone: '521', userId: 'US.66' }, [same('521', 'US.66')]],
  [undefined, undefined, {}, []],
])('%s as a phone and %s as a BSUID name one person', (phone, userId, names, links) => {
  expect(personNamed(phone, userId)).toEqual({ names, links });
});

const meta = (field: string, value: object) => only(splitMeta(metaChange(field, value)));
const noUser = { from_user_id: undefined, recipient_user_id: undefined };

describe.each(['US.66', 'US.ENT.66'])('the BSUID %s where Meta documents a phone number', (id) => {
  test.each([
    ['from', metaEvent({ messages: [aMessage({ ...noUser, from: id })] })],
    [
      'wa_id of the sole contact',
      metaEvent({
        contacts: [{ wa_id: id }],
        messages: [aMessage({ ...noUser, from: undefined })],
      }),
    ],
    ['to of an echo', meta('smb_message_echoes', { message_echoes: [{ id: 'wamid.E', to: id }] })],
    ['from of a call', meta('calls', { calls: [{ id: 'c', event: 'connect', from: id }] })],
    [
      'to of a call',
      meta('calls', {
        calls: [{ id: 'c', event: 'connect', direction: 'BUSINESS_INITIATED', to: id }],
      }),
    ],
    [
      'recipient_id of a call',
      meta('calls', {
        statuses: [aStatus({ ...noUser, type: 'call', status: 'RINGING', recipient_id: id })],
      }),
    ],
    [
      'id of a thread',
      meta('history', { history: [{ threads: [{ id, messages: [{ id: 'wamid.H' }] }] }] }),
    ],
    ['wa_id of a preference', meta('user_preferences', { user_preferences: [{ wa_id: id }] })],
    [
      'an address book entry',
      meta('smb_app_state_sync', { state_sync: [{ contact: { phone_number: id } }] }),
    ],
  ])('is a BSUID: %s', (_, event) => {
    expect(event).toMatchObject({ contact: { userId: id }, group: contactGroup(CHANNEL, id) });
    expect(event.contact).not.toHaveProperty('phone');
    expect(event.links).toEqual([]);
  });

  test('is one in a status too', () => {
    const status = aStatus({ ...noUser, recipient_id: id });
    expect(metaEvent({ statuses: [status] }).contact).toEqual({ userId: id });
  });

  test('is one of a member of a group chat too', () => {
    const status = aStatus({
      ...{ ...noUser, recipient_type: 'group', recipient_id: 'Y2FwaQ' },
      recipient_participant_id: id,
    });
    expect(metaEvent({ statuses: [status] })).toMatchObject({
      contact: { chatId: 'Y2FwaQ', userId: id },
      status: { participant: id },
    });
  });
});

test('a history thread by BSUID has the phone beside it', () => {
  const thread = { id: 'US.66', context: { wa_id: '521', user_id: 'US.66' } };
  const event = meta('history', {
    history: [{ threads: [{ ...thread, messages: [{ id: 'wamid.H', from: '777' }] }] }],
  });
  expect(event.contact).toEqual({ phone: '521', userId: 'US.66' });
  expect(event.links).toEqual([same('521', 'US.66')]);
});

test('a system message names the new number and the new BSUID by their forms', () => {
  const system = { type: 'user_changed_number', wa_id: 'US.77', new_wa_id: '522' };
  const message = aMessage({ ...noUser, from: '521', type: 'system', system });
  expect(metaEvent({ messages: [message] }).links).toEqual([
    { relation: 'became', from: '521', to: '522' },
    same('522', 'US.77'),
  ]);
});

test('a member of a group chat is named by phone where only that is told', () => {
  const status = aStatus({
    ...{ ...noUser, recipient_type: 'group', recipient_id: 'Y2FwaQ' },
    recipient_participant_id: '+5215550001111',
  });
  expect(metaEvent({ statuses: [status] })).toMatchObject({
    contact: { chatId: 'Y2FwaQ', phone: '5215550001111' },
    status: { participant: '5215550001111' },
  });
});

test('the BSUID of a parent beside one of the business makes no new owner of a number', () => {
  const links = [
    { ...same('999', 'US.66'), relation: 'same', seenAt: 1 },
    { ...same('999', 'US.ENT.6'), relation: 'same', seenAt: 2 },
  ] as const;
  expect(
    periodsOf('US.66', links)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['999', 'US.66', 'US.ENT.6']);
});
