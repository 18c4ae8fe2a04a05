import { describe, expect, test } from 'vitest';
import { recentKeys } from '../../lambda/domain/recent-keys.ts';

describe('recentKeys', () => {
  test('knows what was added, until it is too old', () => {
    const keys = recentKeys(10, 1000);
    keys.add('a', 0);

    expect(keys.has('a', 999)).toBe(true);
    expect(keys.has('a', 1000)).toBe(false);
    expect(keys.has('b', 0)).toBe(false);
  });

  test('does not grow older or younger by being asked for', () => {
    const keys = recentKeys(10, 1000);
    keys.add('a', 0);
    keys.has('a', 900);

    expect(keys.has('a', 1100)).toBe(false);
  });

  test('is young again when it is added again', () => {
    const keys = recentKeys(10, 1000);
    keys.add('a', 0);
    keys.add('a', 900);

    expect(keys.has('a', 1100)).toBe(true);
  });

  test('forgets what was not used for longest when it is full', () => {
    const keys = recentKeys(2, 1000);
    keys.add('a', 0);
    keys.add('b', 1);
    keys.has('a', 2);
    keys.add('c', 3);

    expect(['a', 'b', 'c'].map((key) => keys.has(key, 4))).toEqual([true, false, true]);
  });
});
