import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deliveryDelaySeconds,
  type EndpointFault,
  isExpiring,
  isOver,
  retryAfterSeconds,
  slowsSeconds,
} from '../../lambda/delivery/retry.ts';

const aFraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const tries = fc.integer({ min: 1, max: 2000 });

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const faultOf = (status?: number): EndpointFault => ({
  ...(status !== undefined && { status }),
  ...{ isAnswered: status !== undefined && status < 500, retryAfterSeconds: 0 },
});

describe('a delivery that failed', () => {
  test.for([
    ['a moment before its three days are over', 3 * DAY - 1, {}, undefined],
    ['after three days', 3 * DAY, {}, 'tried'],
    ['a moment before what its subscriber says', HOUR - 1, { retryHours: 1 }, undefined],
    ['after as long as its subscriber says', HOUR, { retryHours: 1 }, 'tried'],
  ] as const)('is given up %s: %i ms', ([, triedMs, subscriber, over]) => {
    const fared = { firstTriedAt: 0, sentAt: 0, atMs: triedMs };

    expect(isOver(fared, faultOf(500), subscriber)).toBe(over);
  });

  test('counts its time from its first try, and not from when it was sent', () => {
    const fared = { firstTriedAt: 10 * DAY, sentAt: 0, atMs: 12 * DAY };

    expect(isOver(fared, faultOf(), {})).toBeUndefined();
  });

  test('is given up a day before its queue deletes it, whatever its tries', () => {
    const fared = { firstTriedAt: 12.9 * DAY, sentAt: 0, atMs: 13 * DAY };

    expect(isOver(fared, faultOf(), {})).toBe('expiring');
    expect(isOver({ ...fared, atMs: 13 * DAY - 1 }, faultOf(), {})).toBeUndefined();
    expect([13 * DAY - 1, 13 * DAY].map((atMs) => isExpiring(0, atMs))).toEqual([false, true]);
  });

  test.for([400, 401, 403, 404, 410, 422, 499])(
    'by a refusal such as %i is over where that is final',
    (status) => {
      const fared = { firstTriedAt: 0, sentAt: 0, atMs: 0 };

      expect(isOver(fared, faultOf(status), { refusalIsFinal: true })).toBe('tried');
      expect(isOver(fared, faultOf(status), {})).toBeUndefined();
    },
  );

  test.for([408, 425, 429, 500, 503, undefined])('by %s never is', (status) => {
    const fared = { firstTriedAt: 0, sentAt: 0, atMs: 0 };

    expect(isOver(fared, faultOf(status), { refusalIsFinal: true })).toBeUndefined();
  });
});

test.for([
  [429, 0, 1],
  [429, 90, 90],
  [429, 99_999, 3600],
  [503, 0, 0],
  [503, 90, 90],
  [503, 99_999, 3600],
  [500, 90, 0],
  [400, 90, 0],
  [undefined, 0, 0],
] as const)(
  'an answer %s with retry-after %i slows the subscriber for %i s',
  ([status, seconds, slowed]) => {
    expect(slowsSeconds({ ...faultOf(status), retryAfterSeconds: seconds })).toBe(slowed);
  },
);

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
