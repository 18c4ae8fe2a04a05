import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  PACE_PATIENCE_MS,
  type PacerDeps,
  pacer,
  READY_MS,
} from '../../../lambda/delivery/deliverer/pacer.ts';
import { intervalMs, LATE_MS } from '../../../lambda/delivery/pace.ts';
import type { ReserveSlots } from '../../../lambda/delivery/pace-table.ts';
import { aSubscriber } from '../../support/subscribers.ts';

const { signal } = new AbortController();
const NOW = 1_795_212_000_000;

/** Times as the table gives them: to whoever asks the next ones, up to the latest that he takes. */
function aPace(asked: number[] = []) {
  const clock = { now: NOW };
  let until = 0;
  const reserve: ReserveSlots = async ({ ratePerSecond }, count, latest) => {
    asked.push(count);
    const interval = intervalMs(ratePerSecond);
    const firstMs = Math.max(until, clock.now);
    if (firstMs > latest) return { kind: 'later', atMs: latest };
    until = firstMs + count * interval;
    return { kind: 'given', firstMs, intervalMs: interval, count };
  };
  const sleep: PacerDeps['sleep'] = async (ms) => {
    clock.now += ms;
  };
  return { clock, reserve, deps: { reserve, sleep, now: () => clock.now } };
}

const turn = { ready: async () => 'made', signal };
const rated = (ratePerSecond: number) => aSubscriber({ ratePerSecond });

describe('who has a rate', () => {
  test('gets times for all that go side by side by one write, each after its wait', async () => {
    const asked: number[] = [];
    const { clock, deps } = aPace(asked);
    const nextSlot = pacer(4, deps);
    const times: number[] = [];

    for (let n = 0; n < 4; n += 1) {
      expect(await nextSlot(rated(10), turn)).toEqual({ ready: 'made' });
      times.push(clock.now - NOW);
    }

    expect(times).toEqual([0, 105, 210, 315]);
    expect(asked).toEqual([4]);
  });

  test('asks once for all that ask side by side', async () => {
    const asked: number[] = [];
    const { deps } = aPace(asked);
    // Side by side, no sleep is in the way of another.
    const nextSlot = pacer(3, { ...deps, sleep: async () => {} });

    const all = await Promise.all([1, 2, 3].map(() => nextSlot(rated(10), turn)));

    expect(all).toEqual(Array(3).fill({ ready: 'made' }));
    expect(asked).toEqual([3]);
  });

  test('is given no more times than there is patience for', async () => {
    const asked: number[] = [];
    const { deps } = aPace(asked);

    await pacer(100, deps)(rated(1), turn);

    expect(asked).toEqual([Math.floor(PACE_PATIENCE_MS / intervalMs(1))]);
  });

  test('is told so where others have all times for longer than that', async () => {
    const { clock, deps, reserve } = aPace();
    await reserve(rated(1) as never, 60, NOW, signal);
    const before = clock.now;

    expect(await pacer(1, deps)(rated(1), turn)).toBeUndefined();
    expect(clock.now).toBe(before);
  });

  test('leaves a time that it missed, and asks for another', async () => {
    const asked: number[] = [];
    const { clock, deps } = aPace(asked);
    const nextSlot = pacer(2, deps);
    await nextSlot(rated(10), turn);
    clock.now += 1000;

    expect(await nextSlot(rated(10), turn)).toEqual({ ready: 'made' });
    expect(asked).toEqual([2, 1]);
  });

  test('asks again where the answer came so late that the time was over', async () => {
    const { clock, deps, reserve } = aPace();
    let calls = 0;
    const slow: ReserveSlots = async (...given) => {
      calls += 1;
      const pace = await reserve(...given);
      if (calls === 1) clock.now += 500;
      return pace;
    };

    expect(await pacer(1, { ...deps, reserve: slow })(rated(10), turn)).toEqual({ ready: 'made' });
    expect(calls).toBe(2);
  });

  test('does not go out at a time that is over when the sleep ends', async () => {
    const asked: number[] = [];
    const { clock, deps } = aPace(asked);
    const nextSlot = pacer(2, {
      ...deps,
      sleep: async (ms) => {
        clock.now += ms + 500;
      },
    });
    await nextSlot(rated(10), turn);
    const { now } = clock;

    expect(await nextSlot(rated(10), turn)).toEqual({ ready: 'made' });
    expect(clock.now).toBeGreaterThan(now + 500);
    expect(asked.length).toBeGreaterThan(1);
  });

  test('has all made ready shortly before its time, fresh until then', async () => {
    const { clock, deps, reserve } = aPace();
    await reserve({ id: 'sub_1', ratePerSecond: 1 }, 2, NOW, signal);
    const made: number[] = [];
    const ready = async (latestMs: number) => {
      made.push(clock.now - NOW, latestMs - NOW);
      clock.now += 100;
    };

    expect(await pacer(1, deps)(rated(1), { ready, signal })).toBeDefined();

    expect(clock.now).toBe(NOW + 2100);
    expect(made).toEqual([2100 - READY_MS, 2100 + LATE_MS]);
  });

  test('leaves a time that is over when all is ready', async () => {
    const { clock, deps } = aPace();
    const slow = { now: 600 };
    const ready = async () => {
      clock.now += slow.now;
      slow.now = 0;
      return clock.now;
    };

    const turn = await pacer(1, deps)(rated(10), { ready, signal });

    expect(turn).toEqual({ ready: clock.now });
    expect(clock.now).toBeGreaterThanOrEqual(NOW + 600);
  });

  test('hears of a write that fails, and asks again the next time', async () => {
    const { deps, reserve } = aPace();
    let calls = 0;
    const failing: ReserveSlots = (...given) => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('away')) : reserve(...given);
    };
    const nextSlot = pacer(1, { ...deps, reserve: failing });

    await expect(nextSlot(rated(10), turn)).rejects.toThrow('away');
    expect(await nextSlot(rated(10), turn)).toEqual({ ready: 'made' });
  });

  test('has no second with more than the rate, however long each delivery takes', async () => {
    const aRun = fc.record({
      rate: fc.integer({ min: 1, max: 50 }),
      takes: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }),
      batch: fc.integer({ min: 1, max: 10 }),
      readying: fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 10 }),
    });
    await fc.assert(
      fc.asyncProperty(aRun, async ({ rate, takes, batch, readying }) => {
        const { clock, deps } = aPace();
        let nextSlot = pacer(batch, deps);
        const out: number[] = [];
        let times = 0;
        const ready = async () => {
          // Each second one is as fast as from a cache, so that times are met at all.
          times += 1;
          clock.now += times % 2 === 0 ? 0 : (readying[times % readying.length] ?? 0);
        };
        for (const [n, ms] of takes.entries()) {
          if (n % batch === 0) nextSlot = pacer(batch, deps);
          if (await nextSlot(rated(rate), { ready, signal })) out.push(clock.now);
          clock.now += ms;
        }

        for (const from of out) {
          const inSecond = out.filter((at) => at >= from && at < from + 1000).length;
          expect(inSecond).toBeLessThanOrEqual(rate);
        }
      }),
    );
  });
});

test('who has no rate waits for nothing', async () => {
  const asked: number[] = [];
  const { deps } = aPace(asked);

  expect(await pacer(1, deps)(aSubscriber(), turn)).toEqual({ ready: 'made' });
  expect(asked).toEqual([]);
});
