import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isSending,
  laneOf,
  lanesOf,
  RATES,
  sendIntervalMs,
} from '../../lambda/channels/channel.ts';
import { aChannel } from '../support/channels.ts';

describe('the lanes of a channel', () => {
  test.each([
    [0.2, 1],
    [20, 1],
    [80, 1],
    [100, 1],
    [100.5, 2],
    [101, 2],
    [1000, 10],
  ])('at %d messages a second are %d', (messagesPerSecond, lanes) => {
    expect(lanesOf({ messagesPerSecond })).toBe(lanes);
  });

  test('send together what the share allows, none faster than a hundred a second', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (messagesPerSecond, share) => {
          const channel = { messagesPerSecond, share };
          const perSecond = (1000 * lanesOf(channel)) / sendIntervalMs(channel);
          expect(perSecond).toBeCloseTo(messagesPerSecond * share, 6);
          expect(sendIntervalMs(channel)).toBeGreaterThanOrEqual(10 - 1e-9);
        },
      ),
    );
  });

  test('take each contact always in the same one, and all of them about as many', () => {
    const channel = { messagesPerSecond: RATES.high };
    const contacts = Array.from({ length: 2_000 }, (_, n) => `52155500${n}`);
    const lanes = contacts.map((to) => laneOf(channel, to));
    expect(contacts.map((to) => laneOf(channel, to))).toEqual(lanes);

    const counts = Map.groupBy(lanes, (lane) => lane);
    expect([...counts.keys()].toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Math.min(...[...counts.values()].map((some) => some.length))).toBeGreaterThan(150);
  });

  test('are frozen: what waits was put there by the release before', () => {
    const lanes = ['5215550001111', 'MX.13491208655302741918', '120363@g.us'].map((to) =>
      laneOf({ messagesPerSecond: 1000 }, to),
    );
    expect(lanes).toEqual([2, 5, 5]);
  });
});

test.each([
  [{ state: 'active' }, true],
  [{ state: 'paused', pausedBecause: 'user' }, false],
  [{ state: 'paused', pausedBecause: 'auth' }, false],
  [{ state: 'paused', pausedBecause: 'lanes' }, true],
] as const)('a channel that is %j sends what waits: %j', (overrides, isIt) => {
  expect(isSending(aChannel(overrides))).toBe(isIt);
});
