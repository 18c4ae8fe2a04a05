import { describe, expect, test } from 'vitest';
import { accountGroup, contactGroup } from '../../../lambda/events/event.ts';
import {
  ACCOUNT,
  aMessage,
  aStatus,
  CHANNEL,
  metaChange,
  metaChanges,
  metaEvent,
  metaValue,
  only,
  splitMeta,
} from '../../support/webhooks.ts';

describe('fields of Meta', () => {
  const change = (field: string, value: object) => splitMeta(metaChange(field, value));

  test('takes echoes as sent by the business to the recipient', () => {
    const echo = { from: '15550783881', to: '5215550001111', id: 'wamid.E', type: 'text' };
    expect(only(change('smb_message_echoes', { message_echoes: [echo] }))).toMatchObject({
      kind: 'echo',
      direction: 'outbound',
      group: contactGroup(CHANNEL, '5215550001111'),
    });
  });

  test('links the two names of whom an echo is to', () => {
    const echo = { to: '521', to_user_id: 'MX.1', id: 'wamid.E', type: 'text' };
    expect(only(change('smb_message_echoes', { message_echoes: [echo] }))).toMatchObject({
      group: contactGroup(CHANNEL, 'MX.1'),
      contact: { phone: '521', userId: 'MX.1' },
      links: [{ relation: 'same', from: '521', to: 'MX.1' }],
    });
  });

  test('orders an echo into a group chat with that chat', () => {
    const echo = { to: '521', group_id: 'Y2FwaQ', id: 'wamid.E' };
    expect(only(change('smb_message_echoes', { message_echoes: [echo] }))).toMatchObject({
      type: 'unknown',
      group: contactGroup(CHANNEL, 'Y2FwaQ'),
    });
  });

  test.each([
    [{ id: '521' }, { from: '15550783881' }, { phone: '521' }],
    [{ context: { wa_id: '521', user_id: 'MX.1' } }, {}, { phone: '521', userId: 'MX.1' }],
    [{ id: '521' }, { from_user_id: 'MX.1' }, { phone: '521', userId: 'MX.1' }],
    [{}, { from: '521' }, { phone: '521' }],
    [{ id: '521' }, { group_id: 'Y2FwaQ' }, { phone: '521', chatId: 'Y2FwaQ' }],
  ])(
    'knows whom history is with by the thread %j and the message %j',
    (thread, message, contact) => {
      const event = only(
        change('history', { history: [{ threads: [{ ...thread, messages: [message] }] }] }),
      );
      expect(event.contact).toEqual(contact);
      expect(event.links).toHaveLength('userId' in contact ? 1 : 0);
      expect(event).not.toHaveProperty('wamid');
    },
  );

  test.each([
    [{ to: '521' }, 'outbound'],
    [{ to_user_id: 'MX.1' }, 'outbound'],
    [{ from: '521' }, 'inbound'],
  ])('takes of history %j as %s', (message, direction) => {
    const threads = [{ id: '521', messages: [{ id: 'wamid.1', ...message }] }];
    expect(only(change('history', { history: [{ threads }] }))).toMatchObject({
      direction,
      wamid: 'wamid.1',
    });
  });

  test('takes history apart by thread, both directions, and keeps its progress', () => {
    const threads = [
      {
        id: '5215550001111',
        context: { user_id: 'MX.1' },
        messages: [aMessage({ id: 'wamid.1' }), aMessage({ id: 'wamid.2', to: '5215550001111' })],
      },
      { id: '5215550002222', messages: [aMessage({ id: 'wamid.3', from_user_id: undefined })] },
    ];
    const events = change('history', {
      history: [{ metadata: { phase: 1, progress: 40 }, threads }, { errors: [{ code: 2593109 }] }],
    });
    expect(events.map(({ kind, direction, group }) => [kind, direction, group])).toEqual([
      ['history', 'inbound', contactGroup(CHANNEL, 'MX.1')],
      ['history', 'outbound', contactGroup(CHANNEL, 'MX.1')],
      ['history', 'inbound', contactGroup(CHANNEL, '5215550002222')],
      ['account', 'inbound', expect.stringMatching(/^account\./)],
      ['account', 'inbound', expect.stringMatching(/^account\./)],
    ]);
    expect(events[3]?.payload).toContain('"progress":40');
  });

  test('keeps the media that follows a placeholder of the history', () => {
    const placeholder = aMessage({ type: 'media_placeholder' });
    const media = aMessage({ type: 'image', image: { id: '1' } });
    const [first] = change('history', {
      history: [{ threads: [{ id: '52', messages: [placeholder] }] }],
    });
    const second = only(change('history', { messages: [media] }));
    expect(second.kind).toBe('history');
    expect(second.id).not.toBe(first?.id);
  });

  test('orders calls with their contact, whoever called', () => {
    const call = { id: 'wacid.A', event: 'connect', timestamp: '1795212000' };
    const inbound = { ...call, from: '5215550001111', to: '15550783881' };
    const outbound = {
      ...call,
      id: 'wacid.B',
      from: '15550783881',
      to: '5215550001111',
      direction: 'BUSINESS_INITIATED',
    };
    const ringing = aStatus({
      id: 'wacid.B',
      type: 'call',
      status: 'RINGING',
      recipient_user_id: undefined,
    });
    const events = change('calls', { calls: [inbound, outbound], statuses: [ringing] });
    expect(events.map(({ kind, type, direction }) => `${kind} ${type} ${direction}`)).toEqual([
      'call connect inbound',
      'call connect outbound',
      'call RINGING outbound',
    ]);
    expect(new Set(events.map(({ group }) => group))).toEqual(
      new Set([contactGroup(CHANNEL, '5215550001111')]),
    );
  });

  test('chains a renewed BSUID', () => {
    const update = { wa_id: '521', user_id: { previous: 'MX.1', current: 'MX.2' } };
    const event = only(change('user_id_update', { user_id_update: [update] }));
    expect(event.group).toBe(contactGroup(CHANNEL, 'MX.2'));
    expect(event).toMatchObject({ kind: 'account', type: 'user_id_update' });
    expect(event.contact).toEqual({ phone: '521', userId: 'MX.2' });
    expect(event.links).toEqual([
      { relation: 'became', from: 'MX.1', to: 'MX.2' },
      { relation: 'same', from: '521', to: 'MX.2' },
    ]);
  });

  test('stores a renewal of a BSUID that does not tell the new one as it came', () => {
    const update = { wa_id: '521', user_id: { previous: 'MX.1' } };
    expect(only(change('user_id_update', { user_id_update: [update] }))).toMatchObject({
      kind: 'account',
      group: accountGroup(ACCOUNT, 'user_id_update'),
      contact: {},
      links: [],
    });
  });

  test.each(['wa_id', 'new_wa_id'])('chains a changed number, told as %s', (member) => {
    const system = { type: 'user_changed_number', [member]: '522', user_id: 'MX.2' };
    const message = aMessage({ from: '521', from_user_id: undefined, type: 'system', system });
    expect(metaEvent({ messages: [message] }).links).toEqual([
      { relation: 'became', from: '521', to: '522' },
      { relation: 'same', from: '522', to: 'MX.2' },
    ]);
  });

  test('chains a BSUID that changed with the number', () => {
    const system = { type: 'user_changed_user_id', user_id: 'MX.2' };
    const message = aMessage({ from: '521', from_user_id: 'MX.1', type: 'system', system });
    expect(metaEvent({ messages: [message] }).links).toEqual([
      { relation: 'same', from: '521', to: 'MX.1' },
      { relation: 'became', from: 'MX.1', to: 'MX.2' },
    ]);
  });

  test('orders preferences with the contact', () => {
    const preference = {
      wa_id: '521',
      user_id: 'MX.1',
      category: 'marketing_messages',
      value: 'stop',
    };
    expect(only(change('user_preferences', { user_preferences: [preference] }))).toMatchObject({
      kind: 'account',
      type: 'user_preferences',
      group: contactGroup(CHANNEL, 'MX.1'),
      contact: { phone: '521', userId: 'MX.1' },
      links: [{ relation: 'same', from: '521', to: 'MX.1' }],
    });
    expect(only(change('user_preferences', { user_preferences: [{ value: 'stop' }] })).group).toBe(
      accountGroup(ACCOUNT, 'user_preferences'),
    );
  });

  test('orders changes of a group chat with its messages', () => {
    const groups = [{ group_id: 'Y2FwaQ', type: 'group_create' }, { type: 'odd' }];
    const [known, odd] = change('group_lifecycle_update', { groups });
    expect(known).toMatchObject({
      kind: 'account',
      type: 'group_lifecycle_update',
      group: contactGroup(CHANNEL, 'Y2FwaQ'),
      contact: { chatId: 'Y2FwaQ' },
      links: [],
    });
    expect(odd?.group).toBe(accountGroup(ACCOUNT, 'group_lifecycle_update'));
  });

  test('takes address book entries one by one', () => {
    const entry = (contact: object) => ({
      type: 'contact',
      contact,
      metadata: { timestamp: '1795212000' },
    });
    const named = { phone_number: '522', user_id: 'MX.2' };
    const events = change('smb_app_state_sync', {
      state_sync: [entry({ phone_number: '+521' }), entry(named)],
    });
    expect(events.map(({ contact }) => contact)).toEqual([
      { phone: '521' },
      { phone: '522', userId: 'MX.2' },
    ]);
    expect(events[1]?.links).toEqual([{ relation: 'same', from: '522', to: 'MX.2' }]);
    expect(events[0]?.occurredAt).toBe(1_795_212_000_000);
  });

  test('stores errors of a value beside its messages', () => {
    const events = change('messages', { messages: [aMessage()], errors: [{ code: 131000 }] });
    expect(events.map(({ kind }) => kind)).toEqual(['message', 'account']);
  });

  test('finds the lists of standby one level down', () => {
    const event = only(change('standby', { standby: { messages: [aMessage()] } }));
    expect(event).toMatchObject({ kind: 'message', channel: CHANNEL });
  });

  test('knows the channel that only standby tells', () => {
    const value = { standby: metaValue({ statuses: [aStatus()] }) };
    const event = only(splitMeta(metaChanges({ field: 'standby', value })));
    expect(event.channel).toBe(CHANNEL);
    expect(event.status).toMatchObject({ account: ACCOUNT, displayPhoneNumber: '15550783881' });
  });

  test('tells whom a status is about, and links the names', () => {
    const told = only(change('messages', { statuses: [aStatus()] }));
    expect(told).toMatchObject({
      kind: 'status',
      type: 'delivered',
      direction: 'outbound',
      contact: { phone: '5215550001111', userId: 'MX.10000000000000000001' },
      links: [{ relation: 'same', from: '5215550001111', to: 'MX.10000000000000000001' }],
    });
    expect(told.wamid).toBeDefined();
    const member = { recipient_participant_user_id: 'MX.1', recipient_participant_id: '+521' };
    const group = { recipient_type: 'group', recipient_id: 'Y2FwaQ', recipient_user_id: undefined };
    expect(
      only(change('messages', { statuses: [aStatus({ ...group, ...member })] })),
    ).toMatchObject({
      contact: { chatId: 'Y2FwaQ' },
      links: [{ relation: 'same', from: '521', to: 'MX.1' }],
    });
  });

  test('keeps in the detail of a status only what the row of its message does not say', () => {
    const plain = aStatus({ recipient_type: 'individual' });
    expect(only(change('messages', { statuses: [plain] })).status).not.toHaveProperty('detail');
    const rich = aStatus({ biz_opaque_callback_data: 'order 7', errors: [{ code: 131026 }] });
    expect(only(change('messages', { statuses: [rich] })).status?.detail).toBe(
      '{"biz_opaque_callback_data":"order 7","errors":[{"code":131026}]}',
    );
  });

  test('stores a status without an id or a name as it came', () => {
    const events = change('messages', { statuses: [{ status: 'sent' }, { id: 'wamid.A' }] });
    expect(events.map(({ kind }) => kind)).toEqual(['account', 'account']);
  });

  test('tells whom a call is with by either name, whoever called', () => {
    const names = { from: '521', from_user_id: 'MX.1', to: '522', to_user_id: 'MX.2' };
    const [inbound, outbound] = change('calls', {
      calls: [
        { id: 'wacid.A', ...names },
        { id: 'wacid.B', ...names, direction: 'BUSINESS_INITIATED' },
      ],
    });
    expect(inbound).toMatchObject({
      type: 'unknown',
      wamid: 'wacid.A',
      contact: { phone: '521', userId: 'MX.1' },
      links: [{ relation: 'same', from: '521', to: 'MX.1' }],
    });
    expect(outbound?.contact).toEqual({ phone: '522', userId: 'MX.2' });
  });

  test('stores a call without an id as it came', () => {
    expect(only(change('calls', { calls: [{ event: 'connect' }] })).kind).toBe('account');
  });
});
