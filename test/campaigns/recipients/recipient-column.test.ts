import { describe, expect, test } from 'vitest';
import { recipientColumn } from '../../../lambda/campaigns/recipients/recipient-column.ts';

describe('the column of numbers', () => {
  test.each([
    ['Phone Number', 1],
    ['teléfono', 1],
    ['Número de teléfono', 1],
    ['WhatsApp', 1],
    ['user_id', 1],
    ['MSISDN', 1],
  ])('may be called %s', (name, at) => {
    expect(recipientColumn(['first_name', name, 'phone'], undefined)).toBe(at);
  });

  test('is the one that somebody names', () => {
    expect(recipientColumn(['phone', 'other'], 'other')).toBe(1);
  });

  test('is asked for where none is called so, or the named one is not there', () => {
    const fault = { text: expect.stringContaining('columns of the file: a, b') };
    expect(recipientColumn(['a', 'b'], undefined)).toMatchObject(fault);
    expect(recipientColumn(['a', 'b'], 'c')).toMatchObject(fault);
  });
});
