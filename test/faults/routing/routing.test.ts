import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ColdStart, loadRealm } from '../realm.ts';
import { aGap, anyRoutingSchedule } from './routing-schedule.ts';
import { type RoutingWeek, simulateRouting } from './simulate-routing.ts';

const RUNS = 300;
const SEED = 20_261_122;

let coldStart: ColdStart;

beforeAll(async () => {
  coldStart = await loadRealm(['router']);
});

async function checkWeeks(schedules: typeof aGap, numRuns: number): Promise<RoutingWeek[]> {
  const weeks: RoutingWeek[] = [];
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const week = await simulateRouting(schedule, coldStart);
      expect(week.violations).toEqual([]);
      weeks.push(week);
    }),
    { numRuns, seed: SEED, endOnFailure: true },
  );
  return weeks;
}

const sumOf = (weeks: readonly RoutingWeek[], what: 'deliveries' | 'faults') =>
  weeks.reduce((sum, week) => sum + week[what], 0);

describe('the router', { timeout: 300_000 }, () => {
  test('loses nothing and keeps the order of each group, wherever it crashes and whatever fails', async () => {
    const weeks = await checkWeeks(anyRoutingSchedule, RUNS);

    expect(sumOf(weeks, 'deliveries')).toBeGreaterThan(50 * RUNS);
    expect(sumOf(weeks, 'faults')).toBeGreaterThan(2 * RUNS);
  });

  test('sends nothing double while nothing fails', async () => {
    const undisturbed = anyRoutingSchedule.map((schedule) => ({
      ...schedule,
      ...{ faults: [], outages: [], hostFaults: [] },
    }));
    const weeks = await checkWeeks(undisturbed, 30);

    expect(weeks.map(({ doubles }) => doubles)).toEqual(weeks.map(() => 0));
  });

  test('has what the stream forgot in a day made up from the table', async () => {
    await checkWeeks(aGap, 60);
  });
});
