import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concurrencyOf, holdOf, isDead, isToBeRead } from '../../lambda/delivery/endpoint-state.ts';

const NOW = 1_795_212_000_000;
const well = { downSince: undefined, slowUntil: undefined };
const active = { isPaused: false };

test.for([
  [10, 30_000, true],
  [500, 3_600_000, true],
  [9, 3_600_000, false],
  [10, 29_999, false],
] as const)(
  'an endpoint with %i failures since %i ms counts as dead: %s',
  ([failures, ms, dead]) => {
    expect(isDead(failures, NOW - ms, NOW)).toBe(dead);
  },
);

describe('what holds deliveries back', () => {
  test('is nothing where all is well, or where the time that was asked for is over', () => {
    expect(holdOf(active, well, NOW)).toBeUndefined();
    expect(holdOf(active, { ...well, slowUntil: NOW }, NOW)).toBeUndefined();
  });

  test.for([
    ['a pause', { isPaused: true }, { ...well, downSince: 1, slowUntil: NOW + 1 }, 'paused'],
    ['an endpoint that is down', active, { downSince: 1, slowUntil: NOW + 1 }, 'endpoint-down'],
    ['an endpoint that asked for time', active, { ...well, slowUntil: NOW + 1 }, 'slowed'],
  ] as const)('is %s', ([, subscriber, state, fault]) => {
    expect(holdOf(subscriber, state, NOW)?.fault).toBe(fault);
  });

  test('is looked at again in seconds, at the latest when the time that was asked for is over', () => {
    expect(holdOf({ isPaused: true }, well, NOW)?.delaySeconds).toBe(4);
    expect(holdOf(active, { ...well, slowUntil: NOW + 2500 }, NOW)?.delaySeconds).toBe(3);
    expect(holdOf(active, { ...well, slowUntil: NOW + 3_600_000 }, NOW)?.delaySeconds).toBe(20);
  });
});

test.for([
  ['active', active, well, true],
  ['paused', { isPaused: true }, well, false],
  ['down', active, { downSince: 1 }, false],
  ['gone', { isPaused: false, disabledBecause: 'gone' }, well, true],
  ['gone, paused and down', { isPaused: true, disabledBecause: 'gone' }, { downSince: 1 }, true],
] as const)('the queue of one that is %s is read by its mapping', ([, subscriber, state, isOn]) => {
  expect(isToBeRead(subscriber, state)).toBe(isOn);
});

describe('concurrency', () => {
  test('is what the stage says where a subscriber says nothing, five groups each', () => {
    expect(concurrencyOf({}, 7)).toEqual({ functions: 7, sideBySide: 5 });
  });

  test.for([
    [2, 2, 1],
    [3, 2, 1],
    [7, 2, 3],
    [20, 4, 5],
    [25, 5, 5],
    [100, 20, 5],
    [1000, 200, 5],
  ] as const)(
    'of %i is %i functions with %i groups each',
    ([concurrency, functions, sideBySide]) => {
      expect(concurrencyOf({ concurrency }, 10)).toEqual({ functions, sideBySide });
    },
  );

  test('is never more than a subscriber says, and within what Lambda takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1000 }), (concurrency) => {
        const { functions, sideBySide } = concurrencyOf({ concurrency }, 10);

        expect(functions * sideBySide).toBeLessThanOrEqual(concurrency);
        expect(functions * sideBySide).toBeGreaterThan(concurrency / 2);
        expect(functions).toBeGreaterThanOrEqual(2);
        expect(functions).toBeLessThanOrEqual(1000);
      }),
    );
  });
});
