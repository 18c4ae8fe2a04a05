import { expect, test } from 'vitest';
import { checkSchedules, replayCommand } from './check-schedules.ts';
import { Distribution } from './distribution.ts';
import { loadRealm } from './realm.ts';

/** Defines the test of so many schedules; in files of their own they run side by side. */
export function testSimulatedWeeks(runs: number, seed: number): void {
  test(`keeps every promise in ${runs} simulated weeks of faults`, {
    timeout: 240_000,
  }, async () => {
    const coldStart = await loadRealm();
    const distribution = new Distribution();

    const failure = await checkSchedules({
      ...{ coldStart, runs, seed },
      onWeek: (week) => distribution.add(week),
    });

    expect(failure && `${failure.violation}: ${replayCommand(failure)}`).toBeUndefined();
    process.stdout.write(`${distribution}, from seed ${seed}\n`);
    expect(distribution.weeks).toBe(runs);
    expect(distribution.of('events').median).toBeGreaterThanOrEqual(30);
    expect(distribution.of('groups').median).toBeGreaterThanOrEqual(5);
    expect(distribution.of('faults').median).toBeGreaterThanOrEqual(3);
  });
}
