import fc from 'fast-check';
import type { ColdStart } from './realm.ts';
import type { Week } from './simulation.ts';
import type { World } from './worlds.ts';

export interface CheckOptions<Schedule> {
  readonly world: World<Schedule>;
  readonly coldStart: ColdStart;
  readonly runs: number;
  readonly seed: number;
  /** Replays one schedule, as a failure printed it. */
  readonly path?: string;
  /** Whether the first schedule that fails will do, not made smaller. */
  readonly isQuick?: boolean;
  readonly onWeek?: (week: Week) => void;
}

export interface Failure<Schedule = unknown> {
  readonly world: string;
  readonly violation: string;
  readonly schedule: Schedule;
  readonly seed: number;
  readonly path: string;
}

/** What to type to see a failure again. */
export function replayCommand({ world, seed, path }: Failure): string {
  return `npm run test:faults -- --world ${world} --seed ${seed} --path ${path}`;
}

/** Runs schedules until one breaks a promise, and gives the smallest that does. */
export async function checkSchedules<Schedule>(
  options: CheckOptions<Schedule>,
): Promise<Failure<Schedule> | undefined> {
  const { world, coldStart, runs, seed, path, isQuick = false, onWeek } = options;
  const property = fc.asyncProperty(world.schedules, async (schedule) => {
    const week = await world.simulate(schedule, { coldStart });
    if (week.violation !== undefined) throw new Error(week.violation);
    onWeek?.(week);
  });
  const result = await fc.check(property, {
    numRuns: runs,
    seed,
    endOnFailure: isQuick,
    unbiased: world.isUnbiased,
    ...(path !== undefined && { path }),
  });
  if (!result.failed) return undefined;
  const [schedule] = result.counterexample ?? [];
  const { errorInstance, counterexamplePath } = result;
  if (schedule === undefined) throw new Error('no schedule was run', { cause: errorInstance });
  return {
    world: world.name,
    violation: errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    ...{ schedule, seed, path: counterexamplePath ?? '' },
  };
}
