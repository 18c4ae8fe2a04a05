import { describe, expect, test } from 'vitest';
import { metaContacts, metaOrder, metaPayment } from '../../lambda/content/meta-lists.ts';
import { chatContent, stubContent } from '../../lambda/content/wasender-system.ts';
import { excerptOf } from '../../lambda/content/words.ts';

describe('what happened to a chat', () => {
  const key = { id: 'W1' };

  test.each<[string, unknown, unknown]>([
    ['pinInChatMessage', { key, type: 1 }, { kind: 'system', type: 'PIN_FOR_ALL', of: 'W1' }],
    ['pinInChatMessage', { key, type: 'PIN_FOR_ALL' }, { type: 'PIN_FOR_ALL' }],
    ['pinInChatMessage', { key }, { type: 'pinInChat', of: 'W1' }],
    ['keepInChatMessage', { key, keepType: 2 }, { type: 'UNDO_KEEP_FOR_ALL' }],
    ['keepInChatMessage', { key }, { type: 'keepInChat' }],
    ['protocolMessage', { key, type: 'REVOKE' }, { kind: 'deleted', of: 'W1' }],
    ['protocolMessage', { type: 'EPHEMERAL_SETTING' }, { type: 'EPHEMERAL_SETTING', to: '0' }],
  ])('is told by %s: %j', (member, content, told) => {
    expect(chatContent(member, content)).toMatchObject(Object(told));
  });

  test('is nothing where its words are none, or are said', () => {
    expect(chatContent('protocolMessage', 'REVOKE')).toBeUndefined();
    expect(chatContent('conversation', 'hello')).toBeUndefined();
  });

  test('is told by a note without parameters too', () => {
    const change = { messageStubType: 'GROUP_CHANGE_SUBJECT' };

    expect(stubContent(change, null)).toMatchObject({ kind: 'system', from: null, to: null });
    expect(stubContent({}, null)).toBeUndefined();
  });
});

describe('a card', () => {
  test('says what its members say, and where it has none its vCard', () => {
    const vcard = 'BEGIN:VCARD\nFN:Ana\nORG:Flores;\nTEL:+52 1\nEMAIL:a@b.example\nEND:VCARD';
    const members = { name: { formatted_name: 'Lucía' }, org: { company: 'Rosas' } };

    expect(metaContacts([{ vcard }])).toMatchObject({
      contacts: [
        {
          ...{ name: 'Ana', organization: 'Flores', emails: ['a@b.example'] },
          phones: [{ phone: '+52 1', waId: null, type: null }],
        },
      ],
    });
    expect(metaContacts([{ vcard, ...members }])).toMatchObject({
      contacts: [{ name: 'Lucía', organization: 'Rosas' }],
    });
  });

  test('of nobody has nobody’s name', () => {
    const cards = metaContacts([{}, { vcard: 'TEL;waid:1' }]);

    expect(cards).toMatchObject({ contacts: [{ name: null }, { name: null }] });
    expect(cards && excerptOf(cards)).toBe(', ');
    expect(metaContacts([])).toBeUndefined();
  });
});

test('an order and a payment that say nothing are none', () => {
  expect(metaOrder({ text: 'please' })).toBeUndefined();
  expect(metaPayment({ payment: { currency: 'BRL' } })).toBeUndefined();
});

test('an order of one thing has its currency, and one of none has none', () => {
  const item = { product_retailer_id: 'rose', quantity: 2, item_price: 5, currency: 'MXN' };

  expect(metaOrder({ catalog_id: '1', product_items: [item] })).toMatchObject({ currency: 'MXN' });
  expect(metaOrder({ catalog_id: '1' })).toMatchObject({ currency: null, itemCount: 0 });
});
