import { describe, expect, test } from 'vitest';
import { keptValue } from '../../lambda/shared/kept-value.ts';

const NEVER = new AbortController().signal;

describe('keptValue', () => {
  test('reads again only when what was read is too old', async () => {
    let [now, reads] = [0, 0];
    const value = keptValue(
      async () => ++reads,
      10,
      () => now,
    );
    const seen: number[] = [];
    for (now of [0, 5, 9, 10, 19, 20]) seen.push(await value(NEVER));

    expect(seen).toEqual([1, 1, 1, 2, 2, 3]);
  });

  test('counts the age from before the reading, which tells of nothing later', async () => {
    let [now, reads] = [0, 0];
    const value = keptValue(
      async () => {
        now += 8;
        return ++reads;
      },
      10,
      () => now,
    );
    await value(NEVER);
    now += 2;

    expect(await value(NEVER)).toBe(2);
  });

  test('keeps no failure', async () => {
    let reads = 0;
    const value = keptValue(
      async () => {
        reads += 1;
        if (reads === 1) throw new Error('away');
        return reads;
      },
      10,
      () => 0,
    );

    await expect(value(NEVER)).rejects.toThrow('away');
    expect(await value(NEVER)).toBe(2);
  });
});
