import { parentPort } from 'node:worker_threads';
import { checkSchedules, type Failure } from './check-schedules.ts';
import { loadRealm } from './realm.ts';
import type { Week } from './simulation.ts';

/** Schedules that follow from one seed. */
export interface Chunk {
  readonly seed: number;
  readonly runs: number;
  readonly path?: string;
  readonly isQuick: boolean;
}

export type Report =
  | { readonly kind: 'week'; readonly week: Pick<Week, 'events' | 'groups' | 'faults'> }
  | { readonly kind: 'done'; readonly failure: Failure | undefined };

const coldStart = await loadRealm();

parentPort?.on('message', async (chunk: Chunk) => {
  const report = (one: Report) => parentPort?.postMessage(one);
  const failure = await checkSchedules({
    ...chunk,
    coldStart,
    onWeek: ({ events, groups, faults }) =>
      report({ kind: 'week', week: { events, groups, faults } }),
  });
  report({ kind: 'done', failure });
});
