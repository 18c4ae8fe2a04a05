import { expect, test } from 'vitest';
import { distinctLinks, linkOf, nameOf } from '../../lambda/events/naming.ts';

test('a contact is named by the most lasting of its names', () => {
  const phone = '521';
  const lid = '1@lid';
  const userId = 'MX.1';
  expect(nameOf({ phone })).toBe(phone);
  expect(nameOf({ phone, lid })).toBe(lid);
  expect(nameOf({ phone, lid, userId })).toBe(userId);
  expect(nameOf({ phone, lid, userId, chatId: 'group' })).toBe('group');
  expect(nameOf({})).toBeUndefined();
});

test('two names are linked, one name with itself or with none is not', () => {
  const became = [{ relation: 'became', from: '521', to: '522' }];
  expect(linkOf('became', '521', '522')).toEqual(became);
  expect(linkOf('became', '521', '521')).toEqual([]);
  expect(linkOf('became', '521', undefined)).toEqual([]);
  expect(linkOf('became', undefined, '522')).toEqual([]);
});

test('each link is kept once, in order', () => {
  const [a, b, c] = [
    { relation: 'same', from: '521', to: 'MX.1' },
    { relation: 'became', from: '521', to: '522' },
    { relation: 'same', from: '522', to: 'MX.1' },
  ] as const;
  expect(distinctLinks([a, b, { ...a }, c, { ...b }])).toEqual([a, b, c]);
});
