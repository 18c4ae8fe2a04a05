import { parentPort } from 'node:worker_threads';
import { checkSchedules, type Failure } from './check-schedules.ts';
import { loadRealm } from './realm.ts';
import type { Week } from './simulation.ts';
import { AFTER_TABLE, SENDING, STEADY, WEEKS, type World, type WorldName } from './worlds.ts';

/** Schedules that follow from one seed. */
export interface Chunk {
  readonly world: WorldName;
  readonly seed: number;
  readonly runs: number;
  readonly path?: string;
  readonly isQuick: boolean;
}

export type Report =
  | { readonly kind: 'week'; readonly week: Pick<Week, 'events' | 'groups' | 'faults'> }
  | { readonly kind: 'done'; readonly failure: Failure | undefined };

type Check = (chunk: Chunk) => Promise<Failure | undefined>;

const report = (one: Report) => parentPort?.postMessage(one);

function checkOf<Schedule>(world: World<Schedule>): Check {
  const realm = loadRealm(world.functions, world.releases);
  return async (chunk) =>
    checkSchedules({
      ...{ ...chunk, world, coldStart: await realm },
      onWeek: ({ events, groups, faults }) =>
        report({ kind: 'week', week: { events, groups, faults } }),
    });
}

const CHECKS: Readonly<Record<WorldName, () => Check>> = {
  weeks: () => checkOf(WEEKS),
  'after-table': () => checkOf(AFTER_TABLE),
  steady: () => checkOf(STEADY),
  sending: () => checkOf(SENDING),
};

const checks: Partial<Record<WorldName, Check>> = {};

parentPort?.on('message', async (chunk: Chunk) => {
  // Errors are made by the hundred in each week, and nobody reads where but of one schedule.
  Error.stackTraceLimit = chunk.path === undefined ? 0 : 10;
  checks[chunk.world] ??= CHECKS[chunk.world]();
  report({ kind: 'done', failure: await checks[chunk.world]?.(chunk) });
});
