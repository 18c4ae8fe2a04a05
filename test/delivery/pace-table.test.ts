import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { AHEAD_MS, LATE_MS, type Pace } from '../../lambda/delivery/pace.ts';
import { deliveryPace } from '../../lambda/delivery/pace-table.ts';
import { anEventTable } from '../support/an-event-table.ts';

const emulator = await anEventTable();

beforeEach(async () => {
  clock.now = NOW;
});

const { signal } = new AbortController();
const NOW = 1_795_212_000_000;
const clock = { now: NOW };
const PATIENCE_MS = 10_000;

function reserve(ratePerSecond: number, count: number, id = 'sub_1'): Promise<Pace> {
  const pace = deliveryPace(emulator.dynamodb, emulator.tableName, () => clock.now);
  return pace({ id, ratePerSecond }, count, clock.now + PATIENCE_MS, signal);
}

function timesOf(pace: Pace): readonly number[] {
  if (pace.kind === 'later') return [];
  return Array.from({ length: pace.count }, (_, n) => pace.firstMs + n * pace.intervalMs);
}

/** The most of these in any second. */
function mostInASecond(times: readonly number[]): number {
  return Math.max(
    0,
    ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length),
  );
}

describe('times for deliveries', () => {
  test('begin soon where nobody has any, by one write for all of them', async () => {
    const pace = await reserve(10, 3);

    expect(pace).toMatchObject({ kind: 'given', firstMs: NOW + AHEAD_MS, count: 3 });
    // The first asks whether others have some ahead.
    expect(emulator.operations).toEqual(['UpdateItem', 'UpdateItem']);
    await reserve(10, 3);
    expect(emulator.operations).toHaveLength(3);
  });

  test('follow those of others', async () => {
    const first = timesOf(await reserve(10, 3));
    const second = timesOf(await reserve(10, 3));

    expect(second[0]).toBeGreaterThan(first.at(-1) ?? 0);
    expect(mostInASecond([...first, ...second])).toBe(6);
  });

  test('begin anew where all that were given are over', async () => {
    await reserve(10, 3);
    clock.now += 60_000;

    expect(await reserve(10, 1)).toMatchObject({ firstMs: clock.now + AHEAD_MS });
  });

  test('are given to no one who would not wait for them', async () => {
    expect((await reserve(1, 10)).kind).toBe('given');

    expect(await reserve(1, 1)).toEqual({ kind: 'later', atMs: NOW + PATIENCE_MS });
    clock.now += 2000;
    expect((await reserve(1, 1)).kind).toBe('given');
  });

  test('of one subscriber are none of another’s', async () => {
    await reserve(1, 5);

    expect(await reserve(1, 1, 'sub_2')).toMatchObject({ firstMs: NOW + AHEAD_MS });
  });

  test('leave a row that expires', async () => {
    await reserve(10, 1);

    const [row] = await emulator.rows();
    expect(Number(row?.expiresAt?.N)).toBeGreaterThan(NOW / 1000);
    expect(Number(row?.expiresAt?.N)).toBeLessThan(NOW / 1000 + 2 * 86_400);
  });

  test('cannot be had where the table does not answer', async () => {
    const away = deliveryPace(
      () => Promise.reject(new Error('away')),
      'events',
      () => NOW,
    );

    await expect(away({ id: 'sub_1', ratePerSecond: 1 }, 1, NOW, signal)).rejects.toThrow('away');
  });
});

describe('whoever asks, in whatever order and side by side', () => {
  const aSchedule = fc.record({
    rate: fc.integer({ min: 1, max: 2000 }),
    asks: fc.array(
      fc.record({
        count: fc.integer({ min: 1, max: 10 }),
        // How long after the one before; several may ask at the same moment.
        afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3000 })),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  });

  test('no second has more than the rate, wherever it begins, though each may be a little late', async () => {
    await fc.assert(
      fc.asyncProperty(aSchedule, async ({ rate, asks }) => {
        await emulator.clear();
        clock.now = NOW;
        const given: Promise<Pace>[] = [];
        for (const { count, afterMs } of asks) {
          if (afterMs > 0) await Promise.all(given);
          clock.now += afterMs;
          given.push(reserve(rate, count));
        }
        const times = (await Promise.all(given)).flatMap(timesOf);

        expect(mostInASecond(times)).toBeLessThanOrEqual(rate);
        // One that is late comes nearer to what follows it.
        for (const late of times) {
          const moved = times.map((at) =>
            at <= late ? Math.min(at + LATE_MS, late + LATE_MS) : at,
          );
          expect(mostInASecond(moved.filter((at) => at >= late))).toBeLessThanOrEqual(rate);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('nearly as many as the rate says go out, whatever the rate', async () => {
    for (const rate of [1, 3, 10, 70, 400, 700, 1000, 10_000]) {
      await emulator.clear();
      const count = rate * 8;
      const times = timesOf(await reserve(rate, count));
      const seconds = ((times.at(-1) ?? 0) - NOW) / 1000;
      expect(count / seconds).toBeGreaterThan(rate * 0.9);
    }
  });
});
