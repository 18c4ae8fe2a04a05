import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deliveryDelaySeconds,
  GIVE_UP_MS,
  giveUpAt,
  retryAfterSeconds,
} from '../../lambda/domain/delivery-retry.ts';

const aFraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const tries = fc.integer({ min: 1, max: 2000 });

test('gives a delivery three days, and anew when its subscriber was changed since', () => {
  expect(giveUpAt({ routedAt: 20 }, { updatedAt: 10 })).toBe(20 + GIVE_UP_MS);
  expect(giveUpAt({ routedAt: 20 }, { updatedAt: 30 })).toBe(30 + GIVE_UP_MS);
});

describe('deliveryDelaySeconds', () => {
  test('starts at five to ten seconds and ends at half an hour to an hour', () => {
    expect([0, 0.99].map((random) => deliveryDelaySeconds(1, random))).toEqual([5, 10]);
    expect([0, 0.999].map((random) => deliveryDelaySeconds(2000, random))).toEqual([1800, 3598]);
  });

  test('is a whole number of seconds that grows with the tries', () => {
    fc.assert(
      fc.property(tries, aFraction, (tried, random) => {
        const delay = deliveryDelaySeconds(tried, random);

        expect(Number.isInteger(delay)).toBe(true);
        expect(deliveryDelaySeconds(tried + 1, random)).toBeGreaterThanOrEqual(delay);
      }),
    );
  });

  test('is no less than what the endpoint asks for, up to six hours', () => {
    expect(deliveryDelaySeconds(1, 0, 3)).toBe(5);
    expect(deliveryDelaySeconds(1, 0, 90)).toBe(90);
    expect(deliveryDelaySeconds(1, 0, 999_999_999)).toBe(6 * 3600);
  });
});

describe('retryAfterSeconds', () => {
  const NOW = Date.parse('2026-11-22T06:00:00.000Z');

  test.for([
    [undefined, 0],
    ['120', 120],
    ['0', 0],
    ['Sun, 22 Nov 2026 06:01:30 GMT', 90],
    ['Sun, 22 Nov 2026 05:00:00 GMT', 0],
    // As HTTP once told times: of no zone, though it means GMT.
    ['Sun Nov 22 06:01:30 2026', 90],
    ['Sunday, 22-Nov-26 06:01:30 GMT', 90],
    ['soon', 0],
    ['', 0],
  ] as const)('reads %s as %i seconds', ([header, seconds]) => {
    expect(retryAfterSeconds(header, NOW)).toBe(seconds);
  });
});
