import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sideBySide } from '../../../lambda/shared/queue/side-by-side.ts';

describe('sideBySide', () => {
  test('runs the step for each, never more at once than it may', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await sideBySide([1, 2, 3, 4, 5, 6, 7], 3, async (thing) => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      done.push(thing);
    });

    expect(done.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  test('has nothing to do for nothing', async () => {
    await sideBySide([], 3, () => Promise.reject(new Error('of what?')));
  });

  test('begins none after a failure, and rejects once the others have ended', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const running = sideBySide([1, 2, 3, 4, 5], 2, async (thing) => {
      begun.push(thing);
      if (thing === 1) throw new Error('the first');
      await turn();
      await turn();
      ended.push(thing);
    });

    await expect(running).rejects.toThrow('the first');
    expect(begun).toEqual([1, 2]);
    expect(ended).toEqual([2]);
  });
});
