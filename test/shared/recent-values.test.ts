import { describe, expect, test } from 'vitest';
import { recentValues } from '../../lambda/shared/recent-values.ts';

describe('recentValues', () => {
  test('knows what was added, until it is too old', () => {
    const values = recentValues<number>(10, 1000);
    values.set('a', 7, 0);

    expect(values.get('a', 999)).toBe(7);
    expect(values.get('a', 1000)).toBeUndefined();
    expect(values.get('b', 0)).toBeUndefined();
  });

  test('does not grow older or younger by being asked for', () => {
    const values = recentValues<number>(10, 1000);
    values.set('a', 7, 0);
    values.get('a', 900);

    expect(values.get('a', 1100)).toBeUndefined();
  });

  test('is young again when it is added again', () => {
    const values = recentValues<number>(10, 1000);
    values.set('a', 7, 0);
    values.set('a', 7, 900);

    expect(values.get('a', 1100)).toBe(7);
  });

  test('forgets what was not used for longest when it is full', () => {
    const values = recentValues<number>(2, 1000);
    values.set('a', 7, 0);
    values.set('b', 7, 1);
    values.get('a', 2);
    values.set('c', 7, 3);

    expect(['a', 'b', 'c'].map((key) => values.get(key, 4))).toEqual([7, undefined, 7]);
  });

  test('takes what is added again for used', () => {
    const values = recentValues<number>(2, 1000);
    for (const [nowMs, key] of ['a', 'b', 'a', 'c'].entries()) values.set(key, 7, nowMs);

    expect(['a', 'b', 'c'].map((key) => values.get(key, 4))).toEqual([7, undefined, 7]);
  });
});
