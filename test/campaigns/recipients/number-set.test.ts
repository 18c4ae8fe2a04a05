import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameSet, numberSet } from '../../../lambda/campaigns/recipients/number-set.ts';

describe('a set of numbers', () => {
  test('has what was added, and nothing else', () => {
    const aNumber = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(aNumber, { maxLength: 5000 }),
        aNumber,
        (seed, all, other) => {
          const set = numberSet(seed);
          const known = new Set<number>();
          for (const number of all) {
            expect(set.add(number)).toBe(!known.has(number));
            known.add(number);
          }
          expect(all.every(set.has)).toBe(true);
          expect(set.has(other)).toBe(known.has(other));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('holds a million in 16 MB, also such as follow each other', () => {
    const set = numberSet(1);
    const started = performance.now();
    for (let number = 0; number < 1_000_000; number += 1) set.add(525_500_000_000 + number);

    expect(set.bytes()).toBe(16 * 1024 * 1024);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('a set of names', () => {
  test('knows a number in each form that its account may have', () => {
    const names = nameSet(1);
    names.add('5215512345678');

    expect(names.has('525512345678')).toBe(true);
    expect(names.has('525512345679')).toBe(false);
  });

  test('tells BSUIDs apart, and what is longer than a number can be', () => {
    const names = nameSet(1);
    names.add('MX.1');
    names.add('1234567890123456789');

    expect(['MX.1', 'MX.2', '1234567890123456789', '1234567890123456788'].map(names.has)).toEqual([
      ...[true, false, true, false],
    ]);
  });
});
