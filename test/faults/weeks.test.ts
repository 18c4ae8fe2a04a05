import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { replayCommand } from './check-schedules.ts';
import { runWeeks } from './run-weeks.ts';
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

describe('every promise is kept', { timeout: 600_000 }, () => {
  test('in 1000 simulated weeks of faults, from the provider to the table', async () => {
    const distribution = await run('weeks', 1000);

    expect(distribution.of('events').median).toBeGreaterThanOrEqual(30);
    expect(distribution.of('groups').median).toBeGreaterThanOrEqual(5);
    expect(distribution.of('faults').median).toBeGreaterThanOrEqual(3);
  });

  test('in 60 schedules of faults, from the table to subscribers, archive and files', async () => {
    const distribution = await run('after-table', 60);

    expect(distribution.of('events').median).toBeGreaterThanOrEqual(20);
    expect(distribution.of('groups').median).toBeGreaterThanOrEqual(5);
    expect(distribution.of('faults').median).toBeGreaterThanOrEqual(3);
  });
});
