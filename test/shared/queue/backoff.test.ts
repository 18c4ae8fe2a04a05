import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retryDelaySeconds } from '../../../lambda/shared/queue/backoff.ts';

const aFraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('retryDelaySeconds', () => {
  test('starts at two to four seconds and ends at two and a half to five minutes', () => {
    expect(retryDelaySeconds(1, 0)).toBe(2);
    expect(retryDelaySeconds(1, 0.99)).toBe(4);
    expect(retryDelaySeconds(1000, 0)).toBe(150);
    expect(retryDelaySeconds(1000, 0.99)).toBe(299);
  });

  test('is a whole number of seconds that grows with the receives', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), aFraction, (receiveCount, random) => {
        const delay = retryDelaySeconds(receiveCount, random);

        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(2);
        expect(delay).toBeLessThanOrEqual(300);
        expect(retryDelaySeconds(receiveCount + 1, random)).toBeGreaterThanOrEqual(delay);
      }),
    );
  });

  test('spreads what failed together', () => {
    const delays = [0, 0.25, 0.5, 0.75].map((random) => retryDelaySeconds(5, random));

    expect(new Set(delays).size).toBe(4);
  });
});
