import { describe, expect, test } from 'vitest';
import {
  millisOf,
  pastTime,
  phoneOf,
  present,
  textOf,
} from '../../../lambda/shared/json/fields.ts';

describe('textOf', () => {
  test('takes texts, numbers and flags, at any depth', () => {
    const value = { name: 'Lucía', deep: { id: 7, flag: false } };
    expect(textOf(value, 'name')).toBe('Lucía');
    expect(textOf(value, 'deep', 'id')).toBe('7');
    expect(textOf(value, 'deep', 'flag')).toBe('false');
  });

  test.each([undefined, null, '', {}, ['a']])('takes %j for absent', (member) => {
    expect(textOf({ member }, 'member')).toBeUndefined();
  });

  test('leaves in the payload what is longer than any name', () => {
    expect(textOf('x'.repeat(512))).toHaveLength(512);
    expect(textOf('x'.repeat(513))).toBeUndefined();
  });
});

test.each([
  ['+5215550001111', '5215550001111'],
  ['5215550001111', '5215550001111'],
  ['MX.1+1', 'MX.1+1'],
])('the phone number %s is stored as %s', (told, stored) => {
  expect(phoneOf(told)).toBe(stored);
});

describe('millisOf', () => {
  test.each([
    ['1795212000', '2026-11-20T22:00:00.000Z'],
    [1_795_212_000, '2026-11-20T22:00:00.000Z'],
    ['1795212000123', '2026-11-20T22:00:00.123Z'],
    ['1', '1970-01-01T00:00:01.000Z'],
    ['9999999999', '2286-11-20T17:46:39.000Z'],
    ['100000000000', '1973-03-03T09:46:40.000Z'],
    ['9999999999999', '2286-11-20T17:46:39.999Z'],
    ['1795900095.5', '2026-11-28T21:08:15.000Z'],
    [1_795_900_095.5, '2026-11-28T21:08:15.000Z'],
    [1_795_900_095_123.9, '2026-11-28T21:08:15.123Z'],
    [{ low: 1_795_900_095, high: 0, unsigned: true }, '2026-11-28T21:08:15.000Z'],
    [{ low: 603_765_272, high: 418, unsigned: false }, '2026-11-28T21:08:15.000Z'],
    [{ low: -1, high: 0 }, '2106-02-07T06:28:15.000Z'],
  ])('takes %j for %s', (told, at) => {
    expect(new Date(millisOf(told) ?? Number.NaN).toISOString()).toBe(at);
  });

  test.each([
    ...[undefined, null, '', '0', '0.5', '-1', ' 1', '1 ', '1.', '.5', '1.5.5', '1e9', 1e21],
    ...['10000000000', '10000000000000', true, [[1]], {}, { low: 1 }, { low: '1', high: 0 }],
    ...[
      { low: 0, high: 0 },
      { low: 0, high: -1 },
    ],
  ])('takes %j for no time', (told) => {
    expect(millisOf(told)).toBeUndefined();
  });
});

test.each([
  [5, 10, 5],
  [10, 10, 10],
  [11, 10, 10],
  [undefined, 10, 10],
])(
  'what is told to have happened at %s and was received at %d happened at %d',
  (told, at, past) => {
    expect(pastTime(told, at)).toBe(past);
  },
);

test('present drops what is undefined, and only that', () => {
  expect(present({ a: undefined, b: null, c: '', d: 0 })).toStrictEqual({ b: null, c: '', d: 0 });
});
