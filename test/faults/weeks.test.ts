import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { replayCommand } from './check-schedules.ts';
import { runWeeks } from './run-weeks.ts';

const RUNS = 2000;
const SEED = 20_261_101;

test(`keeps every promise in ${RUNS} simulated weeks of faults`, { timeout: 600_000 }, async () => {
  const { distribution, failures } = await runWeeks({
    ...{ runs: RUNS, seed: SEED, workers: availableParallelism() },
  });

  const broken = failures.map((failure) => `${failure.violation}: ${replayCommand(failure)}`);
  expect(broken).toEqual([]);
  process.stdout.write(`${distribution}, from seed ${SEED}\n`);
  expect(distribution.weeks).toBe(RUNS);
  expect(distribution.of('events').median).toBeGreaterThanOrEqual(30);
  expect(distribution.of('groups').median).toBeGreaterThanOrEqual(5);
  expect(distribution.of('faults').median).toBeGreaterThanOrEqual(3);
});
