import { describe, expect, test } from 'vitest';
import { accountNumber, alternateNumber } from '../../lambda/events/alternate-numbers.ts';
import { periodsOf } from '../../lambda/people/name-periods.ts';

const PAIRS = [
  ['Brazil', '5531987654321', '553187654321'],
  ['Brazil', '5511961234567', '551161234567'],
  ['Brazil', '5599999999999', '559999999999'],
  ['Mexico', '5215550001111', '525550001111'],
  ['Argentina', '5491123456789', '541123456789'],
  ['Argentina', '5493511234567', '543511234567'],
] as const;

test.each(PAIRS)('in %s %s and %s are one account', (_, longer, shorter) => {
  expect(alternateNumber(longer)).toBe(shorter);
  expect(alternateNumber(shorter)).toBe(longer);
  expect(accountNumber(longer)).toBe(accountNumber(shorter));
});

test.each([
  ['a landline of Brazil', '551132654321'],
  ['a landline of Brazil with a 9 before it', '5511932654321'],
  ['no area of Brazil', '5510987654321'],
  ['too short for Brazil', '55318765432'],
  ['too long for Brazil', '55319876543210'],
  ['no number of Mexico', '5211550001111'],
  ['too short for Mexico', '52155500011'],
  ['no area of Argentina', '5499123456789'],
  ['too long for Argentina', '54911234567890'],
  ['the United States', '15550001111'],
  ['Spain', '34600111222'],
  ['a BSUID', 'BR.5531987654321'],
  ['a LID', '5531987654321@lid'],
])('a number of one form has no other: %s', (_, phone) => {
  expect(alternateNumber(phone)).toBeUndefined();
  expect(accountNumber(phone)).toBe(phone);
});

describe.each(PAIRS)('the names of a contact of %s', (_, ...numbers) => {
  const [one, other] = numbers;
  const open = { from: 0, until: Infinity };
  const same = (from: string, to: string, seenAt: number) =>
    ({ relation: 'same', from, to, seenAt }) as const;

  test.each([
    [one, other],
    [other, one],
  ])('are both numbers, asked by %s', (asked, alternate) => {
    expect(periodsOf(asked, [])).toEqual([
      { kind: 'phone', name: asked, ...open, seenAt: undefined },
      { kind: 'phone', name: alternate, ...open, seenAt: undefined, alternateOf: asked },
    ]);
  });

  test('are both numbers, asked by the BSUID that either was seen with', () => {
    const names = periodsOf('ZZ.1', [same(other, 'ZZ.1', 5), same(one, 'ZZ.1', 9)]);
    expect(names).toMatchObject([
      { name: 'ZZ.1', seenAt: 5 },
      { name: other, seenAt: 5 },
      { name: one, seenAt: 9, alternateOf: other },
    ]);
  });

  test('are both found from a name that only the other number is linked with', () => {
    const links = [same(other, 'ZZ.1', 5)];
    expect(periodsOf(one, links)).toMatchObject([
      { name: one, seenAt: undefined },
      { name: other, seenAt: 5, alternateOf: one },
      { name: 'ZZ.1', seenAt: 5 },
    ]);
  });

  test('change hands together', () => {
    const links = [same(one, 'ZZ.1', 5), same(other, 'ZZ.2', 50)];
    expect(periodsOf('ZZ.1', links).filter(({ kind }) => kind === 'phone')).toMatchObject([
      { name: one, from: 0, until: 49 },
      { name: other, from: 0, until: 49 },
    ]);
    expect(periodsOf(one, links)).toMatchObject([
      { name: one, from: 50, until: Infinity },
      { name: other, from: 50, until: Infinity },
      { name: 'ZZ.2' },
    ]);
  });
});
