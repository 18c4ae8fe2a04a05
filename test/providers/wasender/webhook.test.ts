import { describe, expect, test } from 'vitest';
import { accountGroup, contactGroup, messageGroup } from '../../../lambda/events/event.ts';
import { splitWasenderWebhook } from '../../../lambda/providers/wasender/webhook.ts';
import { parseJsonSource } from '../../../lambda/shared/json/json-source.ts';
import {
  only,
  RECEIVED_AT,
  splitWasender,
  wasenderEvent,
  wasenderWebhook,
} from '../../support/webhooks.ts';

const API_KEY = 'f3b1c9d27a5e4f60aa11';
const PHONE_JID = '5215550001111@s.whatsapp.net';
const inboundKey = { id: '3EB0A', fromMe: false, remoteJid: PHONE_JID };
const outboundKey = { id: '3EB0B', fromMe: true, remoteJid: PHONE_JID };
const aMessage = (overrides: object = {}) => ({
  key: inboundKey,
  messageTimestamp: 1_795_212_001,
  message: { conversation: 'hola' },
  ...overrides,
});

function one(event: string, data: unknown) {
  return wasenderEvent(event, data);
}

describe('splitWasenderWebhook', () => {
  test.each([
    ['5', 'the body is no JSON object'],
    ['{"data":{}}', '"event" is no text'],
    ['{"event":""}', '"event" is no text'],
    ['{"event":7}', '"event" is no text'],
  ])('refuses %s, since it is no webhook of WasenderApi', (body, reason) => {
    expect(splitWasenderWebhook(parseJsonSource(body), 'shop', 0)).toEqual({ ok: false, reason });
  });

  test.each([
    ['an object under messages', { messages: aMessage() }],
    ['an array under messages', { messages: [aMessage()] }],
    ['an object', aMessage()],
    ['an array', [aMessage()]],
  ])('takes a message in the form of %s', (_, data) => {
    const event = one('messages.received', data);
    expect(event).toMatchObject({
      channel: 'shop',
      kind: 'message',
      type: 'text',
      wamid: '3EB0A',
      group: contactGroup('shop', '5215550001111'),
      contact: { phone: '5215550001111' },
      occurredAt: 1_795_212_001_000,
    });
    expect(event.payload).toBe(wasenderWebhook('messages.received', data));
    expect(splitWasender(event.payload)).toEqual([event]);
  });

  test('splits several messages, and tells what stands beside them once', () => {
    const messages = [aMessage(), aMessage({ key: { ...inboundKey, id: '3EB0C' } })];
    const [first, second] = splitWasender(
      wasenderWebhook('messages.upsert', { messages, type: 'notify' }),
    );
    expect(first?.payload).toContain('"type":"notify"');
    expect(second?.payload).not.toContain('"type":"notify"');
    expect(second?.wamid).toBe('3EB0C');
    for (const event of [first, second]) {
      expect(splitWasender(event?.payload ?? '')).toEqual([event]);
    }
  });

  test('takes the events that announce one message for one event', () => {
    const names = ['upsert', 'received'].map((name) => `messages.${name}`);
    const others = ['personal', 'group', 'newsletter'].map((name) => `messages-${name}.received`);
    const ids = [...names, ...others].map((name) => one(name, { messages: aMessage() }).id);
    expect(new Set(ids).size).toBe(1);
    expect(one('messages.upsert', aMessage({ key: { ...inboundKey, fromMe: true } })).id).not.toBe(
      ids[0],
    );
  });

  test('stores a webhook without data, or with data that is no object', () => {
    const body = JSON.stringify({ event: 'odd', sessionId: 'x' });
    const event = only(splitWasender(body));
    expect(event).toMatchObject({ kind: 'account', type: 'odd', occurredAt: RECEIVED_AT });
    expect(splitWasender(event.payload)).toEqual([event]);
    expect(one('odd', 'text').payload).toContain('"data":"text"');
  });

  test('finds nothing to store in an empty list', () => {
    expect(splitWasender(wasenderWebhook('chats.upsert', []))).toEqual([]);
    expect(splitWasender(wasenderWebhook('messages.upsert', { messages: [] }))).toEqual([]);
  });

  test('stores what stands beside an empty list', () => {
    const event = one('messages.upsert', { messages: [], brand_new: { a: 1 } });
    expect(event.payload).toContain('"brand_new":{"a":1}');
    expect(splitWasender(event.payload)).toEqual([event]);
  });

  test('keeps an event whose name is longer than any in its payload only', () => {
    const name = 'x'.repeat(2_000_000);
    const event = one(name, {});
    expect(event).toMatchObject({ kind: 'account', type: 'unknown' });
    expect(event.payload).toContain(name);
    expect(event.group).not.toBe(one(`${name}x`, {}).group);
  });

  test('keeps whole a webhook that would grow too much when what surrounds its items is repeated', () => {
    const around = { note: 'x'.repeat(20_000) };
    const body = wasenderWebhook(
      'chats.upsert',
      Array.from({ length: 1000 }, (_, id) => ({ id })),
      around,
    );
    const event = only(splitWasender(body));
    expect(event).toMatchObject({ kind: 'account', type: 'webhook', payload: body });
    expect(splitWasender(event.payload)).toEqual([event]);
  });

  test('stores a message without an id, told by its content', () => {
    const nameless = (text: string) =>
      one('messages.upsert', { messages: { message: { conversation: text } } });
    expect(nameless('a').id).not.toBe(nameless('b').id);
    expect(nameless('a').group).toMatch(/^account\./);
  });
});

describe('secrets of a WasenderApi session', () => {
  test('are redacted wherever they stand', () => {
    const data = { session_id: API_KEY, status: 'connected', note: `key ${API_KEY}` };
    const event = wasenderEvent('session.status', data, { sessionId: API_KEY, extra: API_KEY });
    expect(JSON.stringify(event)).not.toContain(API_KEY);
    expect(event.payload).toContain('"sessionId":"redacted"');
  });

  test.each(['sessionId', 'session_id', 'apiKey', 'api_key'])(
    'are redacted under %s, be it beside the data or in it, and whatever it holds',
    (name) => {
      for (const value of ['"short"', '7', '[1,"a"]', '{"deep":true}']) {
        const body = `{"event":"x","${name}":${value},"data":{"${name}":${value},"a":1}}`;
        expect(only(splitWasender(body)).payload).toBe(
          `{"event":"x","${name}":"redacted","data":{"${name}":"redacted","a":1}}`,
        );
      }
    },
  );

  test.each([
    [15, false],
    [16, true],
    [256, true],
    [257, false],
  ])('are looked for where nobody documented them by %d characters: %s', (length, isRedacted) => {
    const secret = 'k'.repeat(length);
    for (const [beside, within] of [
      [{ sessionId: secret }, { note: secret }],
      [{ note: secret }, { sessionId: secret }],
    ]) {
      const { payload } = wasenderEvent('x', within, beside);
      expect(payload.includes(`"note":"${secret}"`)).toBe(!isRedacted);
    }
  });

  test('are not taken for what stands behind a value that is called like them', () => {
    const body = '{"event":"x","data":[["sessionId","kept",{"a":"apiKey","b":"kept"}]]}';
    expect(only(splitWasender(body)).payload).toBe(body);
  });

  test.each([
    ['a number that begins like it', '1234567890123456', '12345678901234567'],
    ['the end of an escape', '0041aaaaaaaaaaaaaa', '"\\u0041aaaaaaaaaaaaaa"'],
    ['words of JSON', 'true,false,null,1', '[true,false,null,1]'],
  ])('spoil no webhook that holds %s', (_, secret, value) => {
    const body = `{"event":"x","sessionId":"${secret}","data":{"n":${value}}}`;
    const event = only(splitWasender(body));
    expect(event.payload).toBe(`{"event":"x","sessionId":"redacted","data":{"n":${value}}}`);
  });

  test('are redacted however they are escaped', () => {
    const escaped = API_KEY.replace('f', '\\u0066');
    const body = `{"event":"x","sess\\u0069onId":"${escaped}","data":["${API_KEY}","a \\" ${escaped}"]}`;
    for (const { payload } of splitWasender(body)) {
      expect(JSON.stringify(JSON.parse(payload))).not.toContain(API_KEY);
    }
  });

  test('are redacted to their end, at any depth', () => {
    const body = '{"event":"x","data":[[{"sessionId":"ab\\"cd"}],{"deep":{"api_key" : "ef"}}]}';
    expect(splitWasender(body).map(({ payload }) => payload)).toEqual([
      '{"event":"x","data":[[{"sessionId":"redacted"}]]}',
      '{"event":"x","data":[{"deep":{"api_key" : "redacted"}}]}',
    ]);
  });

  test('change what an event is called nowhere but there', () => {
    const name = 'messages-group.received';
    const event = wasenderEvent(name, {}, { sessionId: name });
    expect(splitWasender(event.payload)).toEqual([event]);
  });

  test('are redacted though too short to be told from other text', () => {
    const event = wasenderEvent('x', { session_id: 'data' }, { sessionId: 'event' });
    expect(event.payload).toContain('"session_id":"redacted"');
    expect(event.payload).toContain('"sessionId":"redacted"');
  });

  test.each([
    ['a webhook that is not taken apart', '"a":1,"a":2,"data":{}'],
    ['one with more items than can be queued', `"data":[${Array(5_001).fill('{}').join(',')}]`],
  ])('are redacted in %s', (_, rest) => {
    const body = `{"event":"x","sessionId" : "short",${rest}}`;
    const event = only(splitWasender(body));
    expect(event.payload).toContain('"sessionId" : "redacted"');
    expect(splitWasender(event.payload)).toEqual([event]);
  });

  test('are in no detail of a status', () => {
    const data = { key: outboundKey, update: { status: 2 }, session_id: 'short' };
    expect(one('messages.update', data).status?.detail).toContain('"session_id":"redacted"');
  });
});

describe('names of a WasenderApi contact', () => {
  test.each([
    ['a phone', { remoteJid: PHONE_JID }, '5215550001111', { phone: '5215550001111' }],
    [
      'a phone with a device',
      { remoteJid: '5215550001111:17@c.us' },
      '5215550001111',
      { phone: '5215550001111' },
    ],
    [
      'an international number',
      { remoteId: '+5215550001111' },
      '5215550001111',
      { phone: '5215550001111' },
    ],
    [
      'a LID with the cleaned phone',
      { remoteJid: '20001@lid', cleanedSenderPn: '521555', senderPn: 'x@s.whatsapp.net' },
      '20001@lid',
      { lid: '20001@lid', phone: '521555' },
    ],
    [
      'a LID with a phone of the sender',
      { remoteJid: '20001@lid', senderPn: '521555@s.whatsapp.net' },
      '20001@lid',
      { lid: '20001@lid', phone: '521555' },
    ],
    ['a LID alone', { remoteJid: '20001@lid' }, '20001@lid', { lid: '20001@lid' }],
    [
      'a phone with its LID',
      { remoteJid: PHONE_JID, senderLid: '20001@lid' },
      '5215550001111',
      { phone: '5215550001111', lid: '20001@lid' },
    ],
    [
      'a group and the participant',
      { remoteJid: '12036@g.us', participant: '20001@lid', cleanedParticipantPn: '521555' },
      '12036@g.us',
      { chatId: '12036@g.us', lid: '20001@lid', phone: '521555' },
    ],
    ...['521555@s.whatsapp.net', '521555:3@s.whatsapp.net', '+521555', '521555@c.us'].map(
      (phone): [string, object, string, object] => [
        `a LID with the other address ${phone}`,
        { remoteJid: '20001@lid', remoteJidAlt: phone },
        '20001@lid',
        { lid: '20001@lid', phone: '521555' },
      ],
    ),
    [
      'a phone with the other address',
      { remoteJid: PHONE_JID, remoteJidAlt: '20001:4@lid' },
      '5215550001111',
      { phone: '5215550001111', lid: '20001@lid' },
    ],
    [
      'a hosted phone with its LID',
      { remoteJid: '521555:99@hosted', remoteJidAlt: '20001:99@hosted.lid' },
      '521555',
      { phone: '521555', lid: '20001@lid' },
    ],
    [
      'a LID with the phone of the participant',
      { remoteJid: '20001@lid', participantPn: '521555@s.whatsapp.net' },
      '20001@lid',
      { lid: '20001@lid', phone: '521555' },
    ],
    [
      'a phone with the digits of its LID',
      { remoteJid: PHONE_JID, senderLid: '20001' },
      '5215550001111',
      { phone: '5215550001111', lid: '20001@lid' },
    ],
    [
      'a group, the participant and their other address',
      { remoteJid: '12036@g.us', participant: '20001:2@lid', participantAlt: '521555:3@c.us' },
      '12036@g.us',
      { chatId: '12036@g.us', lid: '20001@lid', phone: '521555' },
    ],
    [
      'a group and the phone of the participant with their LID',
      { remoteJid: '12036@g.us', participant: '521555@c.us', participantLid: '20001@lid' },
      '12036@g.us',
      { chatId: '12036@g.us', lid: '20001@lid', phone: '521555' },
    ],
    ...['remoteJidAlt', 'participantAlt', 'participantPn', 'senderPn'].map(
      (member): [string, object, string, object] => [
        `a status whose ${member} is the phone`,
        { remoteJid: 'status@broadcast', participant: '20001@lid', [member]: PHONE_JID },
        'status@broadcast',
        { chatId: 'status@broadcast', lid: '20001@lid', phone: '5215550001111' },
      ],
    ),
    ...['participant', 'senderLid', 'participantLid'].map(
      (member): [string, object, string, object] => [
        `a list of a contact whose ${member} is told`,
        { remoteJid: '17@broadcast', [member]: '20001:2@lid', senderPn: PHONE_JID },
        '20001@lid',
        { lid: '20001@lid', phone: '5215550001111' },
      ],
    ),
    [
      'a list of a contact by phone',
      { remoteJid: '17@broadcast', participant: PHONE_JID, participantAlt: '20001@lid' },
      '5215550001111',
      { lid: '20001@lid', phone: '5215550001111' },
    ],
    ['a list of nobody', { remoteJid: '17@broadcast' }, '17@broadcast', { chatId: '17@broadcast' }],
    [
      'a broadcast',
      { remoteJid: 'status@broadcast' },
      'status@broadcast',
      { chatId: 'status@broadcast' },
    ],
  ])('are read from %s', (_, key, name, contact) => {
    const event = one('messages.received', aMessage({ key: { id: '1', fromMe: false, ...key } }));
    expect(event.group).toBe(contactGroup('shop', name));
    expect(event.contact).toEqual(contact);
  });

  test.each([':@', '@lid', '521@', '521:x', '521:1:2@c.us'])(
    'are those of a chat for an address of a new form, %s',
    (remoteJid) => {
      const event = one('messages.received', aMessage({ key: { ...inboundKey, remoteJid } }));
      expect(event.group).toBe(contactGroup('shop', remoteJid));
      expect(event.contact).toEqual({ chatId: remoteJid });
    },
  );

  test('link a LID to its phone', () => {
    const key = { ...inboundKey, remoteJid: '20001@lid', cleanedSenderPn: '521555' };
    expect(one('messages.upsert', aMessage({ key })).links).toEqual([
      { relation: 'same', from: '521555', to: '20001@lid' },
    ]);
  });

  test.each([
    ['group', { remoteJid: '12036@g.us', participant: '20001@lid', participantAlt: PHONE_JID }],
    ['private chat', { remoteJid: '20001@lid', remoteJidAlt: PHONE_JID }],
    ['broadcast', { remoteJid: '17@broadcast', participant: '20001@lid', remoteJidAlt: PHONE_JID }],
  ])('are linked in a %s', (_, key) => {
    const event = one('messages.upsert', aMessage({ key: { id: '1', fromMe: false, ...key } }));
    expect(event.links).toEqual([{ relation: 'same', from: '5215550001111', to: '20001@lid' }]);
  });

  test.each([
    ['contacts.upsert', { id: '20001@lid', phoneNumber: PHONE_JID }],
    ['contacts.update', { id: PHONE_JID, lid: '20001@lid' }],
    ['contacts.upsert', { jid: PHONE_JID, lid: '20001' }],
    ['lid-mapping.update', { lid: '20001@lid', pn: PHONE_JID }],
  ])('are linked by an entry of the address book: %s %j', (name, entry) => {
    const event = one(name, [entry]);
    expect(event.links).toEqual([{ relation: 'same', from: '5215550001111', to: '20001@lid' }]);
    expect(event.contact).toEqual({});
  });

  test.each(['callerPn', 'callerAlt', 'fromPn', 'fromAlt', 'cleanedCallerPn'])(
    'are linked by a call with %s',
    (member) => {
      const event = one('call', {
        call: { id: 'c', from: '20001:1@lid', [member]: PHONE_JID, status: 'offer' },
      });
      expect(event.group).toBe(contactGroup('shop', '20001@lid'));
      expect(event.contact).toEqual({ phone: '5215550001111', lid: '20001@lid' });
      expect(event.links).toEqual([{ relation: 'same', from: '5215550001111', to: '20001@lid' }]);
    },
  );

  test.each([
    [{ remoteJid: '20001@lid', senderPn: PHONE_JID, cleanedSenderPn: '521999' }],
    [{ remoteJid: '12036@g.us', participant: '20009@lid', participantAlt: PHONE_JID }],
    [{ remoteJid: '17@broadcast', participant: '20009@lid', remoteJidAlt: PHONE_JID }],
  ])('are never linked with those of the business: %j', (key) => {
    const event = one('messages.upsert', aMessage({ key: { id: '1', fromMe: true, ...key } }));
    expect(event.links).toEqual([]);
  });

  test.each([
    [{ recipientPn: PHONE_JID, participant: '20009@lid' }, { phone: '5215550001111' }],
    [{ participant: '20009@lid', senderPn: '521999' }, { chatId: '17@broadcast' }],
  ])('are those of who got it in what it sent to a list: %j', (members, contact) => {
    const key = { id: '1', fromMe: true, remoteJid: '17@broadcast', ...members };
    expect(one('messages.upsert', aMessage({ key })).contact).toEqual(contact);
  });

  test('do not take the business for the contact in what it sent itself', () => {
    const key = {
      id: '1',
      fromMe: true,
      remoteJid: '20001@lid',
      remoteJidAlt: PHONE_JID,
      cleanedSenderPn: '5215550009999',
    };
    expect(one('messages.upsert', aMessage({ key }))).toMatchObject({
      kind: 'echo',
      direction: 'outbound',
      contact: { lid: '20001@lid', phone: '5215550001111' },
    });
  });
});

describe('events of WasenderApi', () => {
  test.each([
    [0, 'failed'],
    [1, 'accepted'],
    [2, 'sent'],
    [3, 'delivered'],
    ['4', 'read'],
    [5, 'played'],
    [9, 'status-9'],
    ['DELIVERED', 'delivered'],
    ['ERROR', 'failed'],
    ['PENDING', 'accepted'],
    ['SERVER_ACK', 'sent'],
    ['server-ack', 'sent'],
    ['DELIVERY_ACK', 'delivered'],
    ['deliveryAck', 'delivered'],
    ['READ', 'read'],
    ['Played', 'played'],
    ['failed', 'failed'],
    ['sent', 'sent'],
    ['BRAND_NEW', 'brand_new'],
  ])('takes status %s for %s', (status, name) => {
    const event = one('messages.update', { update: { status }, key: outboundKey });
    expect(event).toMatchObject({
      kind: 'status',
      type: name,
      group: messageGroup('shop', '3EB0B'),
      contact: { phone: '5215550001111' },
    });
  });

  test.each([
    [{ readTimestamp: 1 }, 'read'],
    [{ receiptTimestamp: 1 }, 'delivered'],
    [{ receiptTimestamp: 1, readTimestamp: 2, playedTimestamp: 3 }, 'played'],
    [{ status: 'read' }, 'read'],
    [{ status: 'DELIVERY_ACK' }, 'delivered'],
    [{ status: 5 }, 'played'],
    [{ type: 'READ' }, 'read'],
  ])('takes a group receipt %j for %s, of one participant', (receipt, name) => {
    const key = { ...outboundKey, remoteJid: '12036@g.us' };
    const userJid = '20001@lid';
    const event = one('message-receipt.update', [{ key, receipt: { userJid, ...receipt } }]);
    expect(event.status).toMatchObject({ name, participant: '20001@lid' });
    expect(event.contact).toEqual({ chatId: '12036@g.us', lid: '20001@lid' });
  });

  test('takes a receipt that names nobody for one of the message', () => {
    const event = one('message-receipt.update', {
      message: { key: outboundKey, receipt: { readTimestamp: 1 } },
    });
    expect(event.status).toStrictEqual({ name: 'read', detail: expect.any(String) });
  });

  test('tells the receipts of two participants apart, and of one in different webhooks not', () => {
    const receipt = (userJid: string, timestamp: number) =>
      wasenderEvent(
        'message-receipt.update',
        { key: outboundKey, receipt: { userJid, readTimestamp: 1 } },
        { timestamp },
      ).id;
    expect(receipt('20001@lid', 1)).not.toBe(receipt('20002@lid', 1));
    expect(receipt('20001@lid', 1)).toBe(receipt('20001@lid', 2));
  });

  test.each([
    ['messages.update', { key: outboundKey, update: { pollUpdates: [] } }],
    ['message-receipt.update', { key: outboundKey, receipt: {} }],
    ['messages.update', { key: { fromMe: true }, update: { status: 2 } }],
    ['messages.delete', { jid: PHONE_JID, all: true }],
    ['chats.update', { key: outboundKey, receipt: { readTimestamp: 1 } }],
    ['chats.update', { key: outboundKey, update: { status: 2 } }],
  ])('stores %s %j, which is no status, as it came', (name, data) => {
    expect(one(name, data)).toMatchObject({ kind: 'account', type: name });
  });

  describe('what we did with a message of the contact', () => {
    const group = { ...inboundKey, remoteJid: '12036@g.us', participant: '20001@lid' };
    test.each([
      ['messages.update', { key: inboundKey, update: { status: 4 } }, '5215550001111'],
      ['messages.update', { key: inboundKey, update: { status: 'READ' } }, '5215550001111'],
      ['messages.update', { key: inboundKey, update: { status: 'PLAYED' } }, '5215550001111'],
      ['messages.update', { key: inboundKey, update: { status: 'NEW' } }, '5215550001111'],
      ['messages.update', { key: group, update: { status: 3 } }, '12036@g.us'],
      ['message-receipt.update', { key: group, receipt: { readTimestamp: 1 } }, '12036@g.us'],
      [
        'message-receipt.update',
        { message: { key: inboundKey, receipt: { userJid: '20009@lid', readTimestamp: 1 } } },
        '5215550001111',
      ],
      ...[undefined, null, '', 0, 'false', 'yes'].flatMap((fromMe): [string, object, string][] => [
        [
          'messages.update',
          { key: { ...inboundKey, fromMe }, update: { status: 2 } },
          '5215550001111',
        ],
        [
          'message-receipt.update',
          { key: { ...group, fromMe }, receipt: { readTimestamp: 1 } },
          '12036@g.us',
        ],
      ]),
    ])('is no status, be it %s %j', (name, data, contact) => {
      expect(one(name, data)).toMatchObject({
        kind: 'account',
        type: name,
        direction: 'inbound',
        group: contactGroup('shop', contact),
        wamid: '3EB0A',
      });
      expect(one(name, data)).not.toHaveProperty('status');
    });

    test('is one event however often and with whatever time it comes, and one for each act', () => {
      const act = (status: unknown, timestamp: number, id = '3EB0A') => {
        const data = { key: { ...inboundKey, id }, update: { status } };
        return wasenderEvent('messages.update', data, { timestamp }).id;
      };
      expect(act(4, 1)).toBe(act('READ', 2));
      expect(act(4, 1)).not.toBe(act(5, 1));
      expect(act(4, 1)).not.toBe(act(4, 1, '3EB0Z'));
    });

    test('is one event for each member of a group that it names', () => {
      const receipt = (userJid: string) =>
        one('message-receipt.update', { key: group, receipt: { userJid, readTimestamp: 1 } }).id;
      expect(receipt('20001@lid')).not.toBe(receipt('20002@lid'));
    });
  });

  test.each([true, 'true', 1, '1'])(
    'takes a message for the business’s own by fromMe %j',
    (fromMe) => {
      const key = { ...outboundKey, fromMe, cleanedSenderPn: '521999' };
      expect(one('messages.update', { key, update: { status: 2 } }).kind).toBe('status');
      expect(one('messages.upsert', aMessage({ key }))).toMatchObject({
        ...{ kind: 'echo', contact: { phone: '5215550001111' } },
      });
    },
  );

  test.each([
    [{ message: { protocolMessage: { type: 'EPHEMERAL_SETTING', ephemeralExpiration: 0 } } }],
    [{ message: { ephemeralMessage: { message: { protocolMessage: { type: 4 } } } } }],
    [{ message: { pinInChatMessage: { key: inboundKey, type: 1 } } }],
    [{ message: undefined, messageStubType: 21, messageStubParameters: ['Feria'] }],
    [{ message: null, messageStubType: 'CALL_MISSED_VOICE' }],
  ])('take what happened to the chat for no message, so that no bot answers it: %j', (said) => {
    for (const [name, key, direction] of [
      ['messages.upsert', inboundKey, 'inbound'],
      ['messages.upsert', outboundKey, 'outbound'],
      ['message.sent', outboundKey, 'outbound'],
    ] as const) {
      expect(one(name, aMessage({ key, ...said }))).toMatchObject({
        ...{ kind: 'account', type: 'system', direction, wamid: key.id },
        group: contactGroup('shop', '5215550001111'),
      });
    }
  });

  test('tell messages with one id apart in groups, channels and a private chat', () => {
    const jids = ['1@g.us', '2@g.us', '1@newsletter', '2@newsletter', PHONE_JID];
    for (const said of [
      {},
      { message: null, messageStubType: 2 },
      { message: null, messageStubType: 1 },
      { message: null, messageStubType: 21 },
    ]) {
      const ids = jids.map(
        (remoteJid) =>
          one('messages.upsert', aMessage({ key: { ...inboundKey, remoteJid }, ...said })).id,
      );
      expect(new Set(ids).size).toBe(jids.length);
    }
    const acts = jids.map(
      (remoteJid) =>
        one('messages.update', { key: { ...inboundKey, remoteJid }, update: { status: 4 } }).id,
    );
    expect(new Set(acts).size).toBe(jids.length);
  });

  test('takes message.sent for the message that it announces, unless it was not sent', () => {
    const sent = (overrides: object) =>
      one('message.sent', aMessage({ key: outboundKey, ...overrides }));
    const upsert = one('messages.upsert', aMessage({ key: outboundKey }));
    const { payload: _, ...told } = upsert;
    expect(sent({})).toMatchObject(told);
    expect(sent({ success: false }).id).not.toBe(upsert.id);
    const nameless = { key: { remoteJid: PHONE_JID, fromMe: true } };
    expect(sent(nameless).id).not.toBe(sent({ ...nameless, message: { conversation: 'b' } }).id);
  });

  test('takes a reaction for the act of who reacted', () => {
    const reaction = (fromMe: boolean) =>
      one('messages.reaction', [{ key: outboundKey, reaction: { text: '👍', key: { fromMe } } }]);
    expect(reaction(false)).toMatchObject({
      kind: 'message',
      type: 'reaction',
      direction: 'inbound',
    });
    expect(reaction(true)).toMatchObject({ kind: 'echo', direction: 'outbound' });
  });

  test.each(['call', 'call.received'])('takes %s for a call of the contact', (name) => {
    const call = (status?: string) => one(name, { call: { id: 'c1', from: PHONE_JID, status } });
    expect(call('offer')).toMatchObject({
      kind: 'call',
      type: 'offer',
      direction: 'inbound',
      group: contactGroup('shop', '5215550001111'),
      wamid: 'c1',
      contact: { phone: '5215550001111' },
    });
    expect(call('offer').id).not.toBe(call('timeout').id);
    expect(call().type).toBe('received');
  });

  test.each([
    [{ from: '20001@lid', chatId: '12036@g.us' }, '20001@lid'],
    [{ chatId: '20001@lid' }, '20001@lid'],
    [{ chatId: '12036@g.us' }, '12036@g.us'],
  ])('orders the call %j with who it is from, else with its chat', (call, name) => {
    expect(one('call', { call }).group).toBe(contactGroup('shop', name));
  });

  test('stores a call that tells neither who nor which', () => {
    const event = one('call', { call: { status: 'offer' } });
    expect(event).toMatchObject({ kind: 'call', contact: {}, group: accountGroup('shop', 'call') });
    expect(event).not.toHaveProperty('wamid');
    expect(event.id).not.toBe(one('call', { call: { status: 'offer', isVideo: true } }).id);
  });

  test('splits deletions by message, in the chat of each', () => {
    const keys = [inboundKey, { ...inboundKey, id: '3EB0C' }];
    const events = splitWasender(wasenderWebhook('messages.delete', { keys }));
    expect(events.map(({ wamid, group }) => [wamid, group])).toEqual([
      ['3EB0A', contactGroup('shop', '5215550001111')],
      ['3EB0C', contactGroup('shop', '5215550001111')],
    ]);
  });

  test('stores events that nobody knows yet', () => {
    expect(one('passkey.updated', { step: 1 })).toMatchObject({
      kind: 'account',
      type: 'passkey.updated',
    });
  });

  test.each([
    [{ imageMessage: {} }, 'image'],
    [{ messageContextInfo: {}, extendedTextMessage: { text: 'hola' } }, 'text'],
    [{ extendedTextMessage: {} }, 'placeholder'],
    [{ conversation: '' }, 'placeholder'],
    [{ ephemeralMessage: { message: {} } }, 'placeholder'],
    [{ ephemeralMessage: { message: null } }, 'placeholder'],
    [{ ephemeralMessage: { message: { messageContextInfo: {} } } }, 'placeholder'],
    [{ senderKeyDistributionMessage: {}, conversation: 'hola' }, 'text'],
    [{ viewOnceMessageV2: {} }, 'placeholder'],
    [{ ['x'.repeat(65)]: {} }, 'x'.repeat(64)],
    [{}, 'placeholder'],
    ['text', 'placeholder'],
  ])('takes the content %j for the type %s', (message, type) => {
    expect(one('messages.upsert', aMessage({ message })).type).toBe(type);
  });

  test.each([
    [1_795_212_005, 1_795_212_005_000],
    [1_795_212_005_123, 1_795_212_005_123],
  ])('takes the timestamp %d as seconds or milliseconds', (timestamp, expected) => {
    const body = wasenderWebhook('session.status', {}, { timestamp });
    expect(only(splitWasender(body)).occurredAt).toBe(expected);
  });
});
