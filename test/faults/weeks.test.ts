import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { replayCommand } from './check-schedules.ts';
import { runWeeks } from './run-weeks.ts';
import { IS_WHOLE } from './runs.ts';
import type { WorldName } from './worlds.ts';

const SEED = 20_261_101;

async function run(world: WorldName, runs: number) {
  const { distribution, failures } = await runWeeks({
    ...{ world, runs, seed: SEED, workers: availableParallelism() },
  });
  const broken = failures.map((failure) => `${failure.violation}: ${replayCommand(failure)}`);
  expect(broken).toEqual([]);
  process.stdout.write(`${world}: ${distribution}, from seed ${SEED}\n`);
  expect(distribution.weeks).toBe(runs);
  return distribution;
}

/** Enough that a fault which breaks a promise often is met; CI has as many as it takes for a rare one. */
const RUNS = IS_WHOLE
  ? { weeks: 1000, 'after-table': 100, steady: 100, sending: 500 }
  : { weeks: 80, 'after-table': 10, steady: 6, sending: 30 };

describe('every promise is kept', { timeout: 900_000 }, () => {
  test('in simulated weeks of faults, from the provider to the table', async () => {
    const distribution = await run('weeks', RUNS.weeks);

    expect(distribution.of('events').median).toBeGreaterThanOrEqual(30);
    expect(distribution.of('groups').median).toBeGreaterThanOrEqual(5);
    expect(distribution.of('faults').median).toBeGreaterThanOrEqual(3);
  });

  test('in schedules of faults, from the table to subscribers, archive and files', async () => {
    const distribution = await run('after-table', RUNS['after-table']);

    expect(distribution.of('events').median).toBeGreaterThanOrEqual(15);
    expect(distribution.of('groups').median).toBeGreaterThanOrEqual(5);
    expect(distribution.of('faults').median).toBeGreaterThanOrEqual(3);
  });

  test('in time, where endpoints are slow, chatty, choosy, flapping and dead, and all else is well', async () => {
    const distribution = await run('steady', RUNS.steady);

    expect(distribution.of('events').median).toBeGreaterThanOrEqual(60);
    expect(distribution.of('groups').median).toBeGreaterThanOrEqual(15);
  });

  test('of messages that are sent: nobody gets one twice, and each comes to a known end', async () => {
    const distribution = await run('sending', RUNS.sending);

    expect(distribution.of('events').median).toBeGreaterThanOrEqual(12);
    expect(distribution.of('groups').median).toBeGreaterThanOrEqual(5);
    expect(distribution.of('faults').median).toBeGreaterThanOrEqual(3);
  });
});
