import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliveryLimits } from '../../lambda/adapters/delivery-limits.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';

let emulator: EventTableEmulator;

beforeAll(async () => {
  emulator = await startEventTable();
});
afterAll(() => emulator[Symbol.asyncDispose]());
beforeEach(() => emulator.clear());

const { signal } = new AbortController();
const id = 'sub_1';
const clock = { now: 1_795_212_000_000 };
const SLOT_MS = 15_000;

const acquire = (limits: { ratePerSecond?: number; concurrency?: number }) =>
  deliveryLimits(emulator.dynamodb, {
    tableName: emulator.tableName,
    slotMs: SLOT_MS,
    now: () => clock.now,
    random: Math.random,
  })({ id, ...limits }, signal);

describe('a subscriber', () => {
  test('without limits costs no call', async () => {
    expect(await acquire({})).toBeDefined();
    expect(emulator.operations).toEqual([]);
  });

  test('gets so many deliveries in a second, and as many in the next', async () => {
    const tried = await Promise.all([1, 2, 3, 4, 5].map(() => acquire({ ratePerSecond: 3 })));
    expect(tried.filter((permit) => permit !== undefined)).toHaveLength(3);

    clock.now += 1000;
    expect(await acquire({ ratePerSecond: 3 })).toBeDefined();
  });

  test('gets so many at once, and the next when one is given back', async () => {
    const permits = [await acquire({ concurrency: 2 }), await acquire({ concurrency: 2 })];
    expect(await acquire({ concurrency: 2 })).toBeUndefined();

    await permits[0]?.giveBack(signal);

    expect(await acquire({ concurrency: 2 })).toBeDefined();
    expect(await acquire({ concurrency: 2 })).toBeUndefined();
  });

  test('gets the next, too, when somebody did not give a slot back in time', async () => {
    const late = await acquire({ concurrency: 1 });
    clock.now += SLOT_MS + 1;
    expect(await acquire({ concurrency: 1 })).toBeDefined();

    await late?.giveBack(signal);

    expect(await acquire({ concurrency: 1 })).toBeUndefined();
  });

  test('keeps no slot for a delivery that its rate does not let out', async () => {
    const limits = { concurrency: 1, ratePerSecond: 1 };
    await (await acquire(limits))?.giveBack(signal);
    expect(await acquire(limits)).toBeUndefined();

    clock.now += 1000;
    expect(await acquire(limits)).toBeDefined();
  });
});
