import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountGroup, contactGroup, messageGroup } from '../../../lambda/events/event.ts';
import { splitMetaWebhook } from '../../../lambda/providers/meta/webhook.ts';
import { parseJsonSource } from '../../../lambda/shared/json/json-source.ts';
import {
  ACCOUNT,
  aContact,
  aMessage,
  aStatus,
  CHANNEL,
  metaChange,
  metaChanges,
  metaEvent,
  metaValue,
  metaWebhook,
  only,
  RECEIVED_AT,
  splitMeta,
} from '../../support/webhooks.ts';

const digits = fc.stringMatching(/^[1-9]\d{9,14}$/);
const anInboundMessage = fc
  .record({
    phone: fc.option(digits),
    userId: fc.option(digits),
    chatId: fc.option(digits, { freq: 5 }),
    wamid: fc.stringMatching(/^[A-Za-z0-9+/]{20,60}$/),
    text: fc.string({ unit: 'binary' }),
  })
  .filter(({ phone, userId, chatId }) => (phone ?? userId ?? chatId) !== null)
  .map(({ phone, userId, chatId, wamid, text }) =>
    aMessage({
      id: `wamid.${wamid}`,
      from: phone ?? undefined,
      from_user_id: userId === null ? undefined : `MX.${userId}`,
      group_id: chatId ?? undefined,
      text: { body: text },
    }),
  );
const aStatusUpdate = fc
  .record({ wamid: fc.stringMatching(/^[A-Za-z0-9]{20}$/), status: fc.string({ minLength: 1 }) })
  .map(({ wamid, status }) => aStatus({ id: `wamid.${wamid}`, status }));
const someUpdates = fc.uniqueArray(fc.oneof(anInboundMessage, aStatusUpdate), {
  minLength: 1,
  maxLength: 20,
  // What makes them the same event.
  selector: (update) => JSON.stringify(update, ['id', 'status']),
});

/** Lays updates out over entries, changes and lists as chance will have it. */
function batched(updates: readonly object[], cuts: readonly number[]): string {
  const values: { messages: object[]; statuses: object[] }[] = [];
  updates.forEach((update, index) => {
    if (index === 0 || cuts.includes(index)) values.push({ messages: [], statuses: [] });
    const list = 'recipient_id' in update ? 'statuses' : 'messages';
    values.at(-1)?.[list].push(update);
  });
  return metaWebhook(...values);
}

describe('splitMetaWebhook', () => {
  test('loses nothing and invents nothing', () => {
    fc.assert(
      fc.property(someUpdates, fc.array(fc.nat(20)), (updates, cuts) => {
        const payloads = splitMeta(batched(updates, cuts)).map(({ payload }) =>
          JSON.parse(payload),
        );
        const found = payloads.flatMap(({ entry }) => {
          const { messages = [], statuses = [] } = entry[0].changes[0].value;
          return [...messages, ...statuses];
        });
        const sort = (list: readonly object[]) => list.map((item) => JSON.stringify(item)).sort();
        expect(sort(found)).toEqual(sort(updates));
      }),
    );
  });

  test('gives a message one group and one id, whatever webhook it comes in', () => {
    fc.assert(
      fc.property(someUpdates, fc.array(fc.nat(20)), (updates, cuts) => {
        const identity = (events: ReturnType<typeof splitMeta>) =>
          events.map(({ group, id }) => `${group} ${id}`).sort();
        const together = identity(splitMeta(batched(updates, cuts)));
        const apart = identity(updates.flatMap((update) => splitMeta(batched([update], []))));
        expect(together).toEqual(apart);
      }),
    );
  });

  test('gives every event a payload that splits into that event alone', () => {
    fc.assert(
      fc.property(someUpdates, fc.array(fc.nat(20)), (updates, cuts) => {
        for (const event of splitMeta(batched(updates, cuts))) {
          expect(splitMeta(event.payload)).toEqual([event]);
        }
      }),
    );
  });

  test('keeps what it does not know, byte for byte', () => {
    const message = '{"id":"wamid.A","from":"52155","big":12345678901234567890,"x":"\\ud800\\/"}';
    const body = metaWebhook({ messages: ['HERE'] }).replace('"HERE"', message);
    expect(only(splitMeta(body)).payload).toContain(message);
  });

  test('takes the same event twice in one webhook for one', () => {
    expect(splitMeta(metaWebhook({ messages: [aMessage(), aMessage()] }))).toHaveLength(1);
  });

  test('keeps the order of the webhook', () => {
    const wamids = ['wamid.1', 'wamid.2', 'wamid.3'];
    const events = splitMeta(metaWebhook({ messages: wamids.map((id) => aMessage({ id })) }));
    expect(events.map(({ wamid }) => wamid)).toEqual(wamids);
  });

  test.each([
    ['[]', 'the body is no JSON object'],
    ['{"object":7,"entry":[]}', '"object" is not "whatsapp_business_account"'],
    ['{"object":"","entry":[]}', '"object" is not "whatsapp_business_account"'],
    ['{"entry":[]}', '"object" is not "whatsapp_business_account"'],
    ['{"object":"whatsapp_business_account"}', '"entry" is no array'],
  ])('refuses %s, since it is no webhook of Meta', (body, reason) => {
    expect(splitMetaWebhook(parseJsonSource(body), 0)).toEqual({ ok: false, reason });
  });

  test.each([
    ['no entry', JSON.stringify({ object: 'whatsapp_business_account', entry: [] })],
    ['no change', metaChanges()],
    ['no message', metaWebhook({ messages: [] })],
  ])('finds nothing to store in %s', (_, body) => {
    expect(splitMeta(body)).toEqual([]);
  });

  test.each([
    ['an entry that is no object', { entry: [5] }],
    ['an entry without changes', { entry: [{ id: ACCOUNT, messaging: [1] }] }],
    ['a change without a value', { entry: [{ id: ACCOUNT, changes: [{ field: 'x' }] }] }],
    ['a change that is null', { entry: [{ id: ACCOUNT, changes: [null] }] }],
    ['a member beside the entries', { entry: [], meta: 'new' }],
  ])('stores %s as it came', (_, rest) => {
    const body = JSON.stringify({ object: 'whatsapp_business_account', ...rest });
    const event = only(splitMeta(body));
    expect(event.kind).toBe('account');
    expect(splitMeta(event.payload)).toEqual([event]);
  });

  test('gives an event one contact, be it beside its list or a level above', () => {
    const value = metaValue({ contacts: [aContact()], standby: { messages: [aMessage()] } });
    const event = only(splitMeta(metaChanges({ field: 'standby', value })));
    expect(event.payload).toContain('Lucía');
    expect(splitMeta(event.payload)).toEqual([event]);
  });

  test('takes no member beside the media of a history for its thread', () => {
    const value = { id: '34611222333', context: { user_id: 'ES.2' }, messages: [aMessage()] };
    const [event] = splitMeta(metaChange('history', value));
    expect(event?.contact).toEqual({ phone: '5215550001111', userId: 'MX.10000000000000000001' });
    expect(splitMeta(event?.payload ?? '')).toEqual([event]);
  });

  test('keeps whole a webhook that would grow too much when what surrounds its events is repeated', () => {
    const contacts = [aContact({ profile: { name: 'x'.repeat(20_000) } })];
    const messages = Array.from({ length: 1000 }, (_, n) => ({ id: `wamid.${n}`, from: '52155' }));
    const body = metaWebhook({ contacts, messages });
    const event = only(splitMeta(body));
    expect(event).toMatchObject({ kind: 'account', type: 'webhook', payload: body });
    expect(splitMeta(event.payload)).toEqual([event]);
  });

  test('stores what stands beside the messages once, on its own', () => {
    const body = metaWebhook({ messages: [aMessage()], brand_new: { a: 1 } });
    const [message, rest] = splitMeta(body);
    expect(message?.payload).not.toContain('brand_new');
    expect(rest).toMatchObject({ kind: 'account', type: 'messages' });
    expect(rest?.payload).toContain('"brand_new":{"a":1}');
  });

  test.each([
    ['of one list', '"messages":[{"id":"wamid.1"}],"messages":[{"id":"wamid.2"}]'],
    ['in a status', '"statuses":[{"id":"wamid.1","status":"read","status":"sent","x":1,"x":2}]'],
  ])('loses neither of two members of one name, %s', (_, members) => {
    const body = metaWebhook({ HERE: 1 }).replace('"HERE":1', members);
    expect(only(splitMeta(body)).payload).toContain(members);
  });

  test('tells the whole of a status that names a member twice', () => {
    const status = '{"id":"wamid.1","status":"read","x":1,"x":2}';
    const body = metaWebhook({ statuses: ['HERE'] }).replace('"HERE"', status);
    expect(only(splitMeta(body)).status?.detail).toBe(status);
  });

  test.each([
    ['messages', (many: number) => metaWebhook({ messages: Array(many).fill(aMessage()) })],
    [
      'entries',
      (many: number) =>
        JSON.stringify({
          object: 'whatsapp_business_account',
          entry: Array(many).fill({ id: ACCOUNT }),
        }),
    ],
  ])('keeps a webhook with more %s than can be queued as one event', (_, webhookOf) => {
    const body = webhookOf(5_001);
    const event = only(splitMeta(body));
    expect(event).toMatchObject({ kind: 'account', type: 'webhook', payload: body });
    expect(splitMeta(event.payload)).toEqual([event]);
    expect(only(splitMeta(webhookOf(5_000))).type).not.toBe('webhook');
  });

  test('stores what does not say of which account or field it is', () => {
    const body = { object: 'whatsapp_business_account', entry: [{ changes: [{ value: {} }] }] };
    expect(only(splitMeta(JSON.stringify(body)))).toMatchObject({
      channel: 'unknown',
      kind: 'account',
      type: 'unknown',
      group: accountGroup('unknown', 'unknown'),
    });
  });

  test('stores messages that are no objects, or have no id', () => {
    const events = splitMeta(metaWebhook({ messages: [7, null, { type: 'text' }] }));
    expect(events).toHaveLength(3);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });
});

describe('group of a Meta event', () => {
  const group = (message: object, contacts: readonly object[] = []) =>
    splitMeta(metaWebhook({ messages: [message], contacts }))[0]?.group;

  test.each([
    ['its group chat', { group_id: 'Y2FwaQ' }, 'Y2FwaQ'],
    ['the BSUID', {}, 'MX.10000000000000000001'],
    ['the phone, where there is no BSUID', { from_user_id: undefined }, '5215550001111'],
  ])('is by %s', (_, overrides, name) => {
    expect(group(aMessage(overrides))).toBe(contactGroup(CHANNEL, name));
  });

  test('is by the sole contact, where the message names nobody', () => {
    const nameless = aMessage({ from: undefined, from_user_id: undefined });
    expect(group(nameless, [aContact()])).toBe(contactGroup(CHANNEL, 'MX.10000000000000000001'));
    expect(group(nameless, [aContact({ user_id: undefined })])).toBe(
      contactGroup(CHANNEL, '5215550001111'),
    );
  });

  test('is by the wamid, where nobody is named or several might be meant', () => {
    const nameless = aMessage({ from: undefined, from_user_id: undefined, id: 'wamid.A' });
    expect(group(nameless)).toBe(messageGroup(CHANNEL, 'wamid.A'));
    const two = [aContact(), aContact({ user_id: 'MX.2', wa_id: '52' })];
    expect(group(nameless, two)).toBe(messageGroup(CHANNEL, 'wamid.A'));
  });

  test('is by the field, where neither is told', () => {
    expect(group({ type: 'text' })).toBe(accountGroup(ACCOUNT, 'messages'));
  });

  test('is one for all statuses of a message, whomever they name', () => {
    const statuses = [
      aStatus({ status: 'sent' }),
      aStatus({ status: 'failed', recipient_user_id: undefined }),
      aStatus({ status: 'read', recipient_id: undefined }),
    ];
    const groups = splitMeta(metaWebhook({ statuses })).map((event) => event.group);
    expect(new Set(groups).size).toBe(1);
  });

  test('spreads account events by account and field', () => {
    const change = (field: string) => ({ field, value: { event: 'APPROVED' } });
    const events = splitMeta(metaChanges(change('account_update'), change('flows')));
    expect(new Set(events.map((event) => event.group)).size).toBe(2);
    expect(events.map(({ channel }) => channel)).toEqual([ACCOUNT, ACCOUNT]);
  });
});

describe('id of a Meta event', () => {
  test('tells the participants of a group chat apart', () => {
    const of = (participant: object) =>
      aStatus({ recipient_type: 'group', recipient_id: 'Y2FwaQ', ...participant });
    const events = splitMeta(
      metaWebhook({
        statuses: [
          of({ recipient_participant_user_id: 'MX.1', recipient_participant_id: '521' }),
          of({ recipient_participant_user_id: 'MX.2' }),
          of({ recipient_participant_id: '523' }),
          of({}),
        ],
      }),
    );
    expect(events.map(({ status }) => status?.participant)).toEqual([
      'MX.1',
      'MX.2',
      '523',
      undefined,
    ]);
    expect(events.every(({ contact }) => contact.chatId === 'Y2FwaQ')).toBe(true);
    expect(new Set(events.map(({ id }) => id)).size).toBe(4);
  });

  test('tells equal account events of different times apart', () => {
    const at = (time: number) =>
      JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [{ id: ACCOUNT, time, changes: [{ field: 'flows', value: { a: 1 } }] }],
      });
    expect(only(splitMeta(at(1_795_212_000))).id).not.toBe(only(splitMeta(at(1_795_212_001))).id);
    expect(only(splitMeta(at(1_795_212_000))).occurredAt).toBe(1_795_212_000_000);
  });
});

describe('contacts of a webhook', () => {
  test('go with the events that name them, and the others on their own', () => {
    const people = ['1', '2', '3'].map((n) => aContact({ wa_id: `52${n}`, user_id: `MX.${n}` }));
    const messages = ['1', '2'].map((n) =>
      aMessage({ id: `wamid.${n}`, from: `52${n}`, from_user_id: `MX.${n}` }),
    );
    const [first, second, rest] = splitMeta(metaWebhook({ messages, contacts: people }));
    expect(first?.payload).toContain(`"contacts":[${JSON.stringify(people[0])}]`);
    expect(second?.payload).toContain(`"contacts":[${JSON.stringify(people[1])}]`);
    expect(rest?.payload).toContain(`"contacts":[${JSON.stringify(people[2])}]`);
  });

  test.each([
    ['messages', 'from_user_id', 'MX.1'],
    ['messages', 'from', '521'],
    ['message_echoes', 'to_user_id', 'MX.1'],
    ['message_echoes', 'to', '+521'],
    ['statuses', 'recipient_participant_user_id', 'MX.1'],
    ['statuses', 'recipient_participant_id', '521'],
    ['statuses', 'recipient_user_id', 'MX.1'],
    ['statuses', 'recipient_id', '521'],
    ['user_preferences', 'user_id', 'MX.1'],
    ['user_preferences', 'wa_id', '521'],
  ])('go with one of the list %s that names them as its %s', (list, member, name) => {
    const [lucia, other] = ['1', '2'].map((n) => aContact({ wa_id: `52${n}`, user_id: `MX.${n}` }));
    const told = { id: 'wamid.1', status: 'read', [member]: name };
    const [event] = splitMeta(metaWebhook({ [list]: [told], contacts: [other, lucia] }));
    expect(event?.payload).toContain(`"contacts":[${JSON.stringify(lucia)}]`);
  });

  test('go with the events whose member they are, rather than whose chat', () => {
    const people = ['1', '2'].map((n) => aContact({ wa_id: `52${n}`, user_id: `MX.${n}` }));
    const status = aStatus({ recipient_user_id: 'MX.2', recipient_participant_user_id: 'MX.1' });
    const [event] = splitMeta(metaWebhook({ statuses: [status], contacts: people }));
    expect(event?.payload).toContain(`"contacts":[${JSON.stringify(people[0])}]`);
  });

  test('go with no event that names nobody, where they are several', () => {
    const people = ['1', '2'].map((n) => ({ wa_id: `52${n}` }));
    const [event, rest] = splitMeta(metaWebhook({ errors: [{ code: 1 }], contacts: people }));
    expect(event?.payload).not.toContain('contacts');
    expect(rest?.payload).toContain(`"contacts":${JSON.stringify(people)}`);
  });

  test('are told once, though listed once for each message of a person', () => {
    const messages = ['1', '2'].map((n) => aMessage({ id: `wamid.${n}` }));
    const events = splitMeta(metaWebhook({ messages, contacts: [aContact(), aContact()] }));
    expect(events.map(({ kind }) => kind)).toEqual(['message', 'message']);
  });

  test('link the phone and the BSUID that they carry together, once', () => {
    const event = metaEvent({ messages: [aMessage()], contacts: [aContact()] });
    expect(event.links).toEqual([
      { relation: 'same', from: '5215550001111', to: 'MX.10000000000000000001' },
    ]);
  });

  test('link the two names of whom an event names by one of them', () => {
    const message = aMessage({ from_user_id: undefined });
    const event = metaEvent({ messages: [message], contacts: [aContact()] });
    expect(event.links).toEqual([
      { relation: 'same', from: '5215550001111', to: 'MX.10000000000000000001' },
    ]);
  });

  test('are told in the detail of a status', () => {
    const body = metaWebhook({
      statuses: [aStatus({ pricing: { billable: true } })],
      contacts: [aContact()],
    });
    expect(only(splitMeta(body)).status).toEqual({
      name: 'delivered',
      account: ACCOUNT,
      displayPhoneNumber: '15550783881',
      detail: `{"pricing":{"billable":true},"contacts":[${JSON.stringify(aContact())}]}`,
    });
  });
});

describe('time of an event', () => {
  test.each([
    ['seconds', '1795212000', 1_795_212_000_000],
    ['milliseconds', 1_795_212_000_123, 1_795_212_000_123],
    ['nothing', undefined, RECEIVED_AT],
    ['nonsense', 'yesterday', RECEIVED_AT],
    ['zero', 0, RECEIVED_AT],
    ['what no calendar holds', '99999999999999999', RECEIVED_AT],
  ])('is read from %s', (_, timestamp, expected) => {
    expect(metaEvent({ messages: [aMessage({ timestamp })] }).occurredAt).toBe(expected);
  });
});
