import { describe, expect, test } from 'vitest';
import { isOfUnitedStates } from '../../lambda/providers/north-america.ts';
import { readRecipient } from '../../lambda/providers/recipient.ts';

describe('whom a message goes to', () => {
  test('is read from a phone number with + or without, a BSUID, and a group', () => {
    const phone = { kind: 'phone', name: '5215550001111' };
    expect(readRecipient('+5215550001111', false)).toEqual(phone);
    expect(readRecipient('5215550001111', false)).toEqual(phone);
    for (const name of ['MX.13491208655302741918', 'MX.ENT.13491208655302741918']) {
      expect(readRecipient(name, false)).toEqual({ kind: 'userId', name });
    }
    expect(readRecipient('120363@g.us', false)).toEqual({ kind: 'group', name: '120363@g.us' });
    expect(readRecipient('Y2FwaV9ncm91cDox', true)).toEqual({
      ...{ kind: 'group', name: 'Y2FwaV9ncm91cDox' },
    });
  });

  test.each(['', '12345', '+0155500011112', '55 5000 1111', '5215550001111222', 'Ana', '2000@lid'])(
    'is not read from %j',
    (text) => {
      expect(readRecipient(text, false)).toBeUndefined();
    },
  );
});

describe('a number of the United States', () => {
  test.each(['12125550123', '13055550123', '18005550123'])('is %s', (digits) => {
    expect(isOfUnitedStates(digits)).toBe(true);
  });

  test.each([
    ...['14165550123', '16045550123', '18765550123', '17875550123', '12425550123'],
    ...['5215550001111', '1212555', '442071838750'],
  ])('is not %s', (digits) => {
    expect(isOfUnitedStates(digits)).toBe(false);
  });
});
