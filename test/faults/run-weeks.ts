import { Worker } from 'node:worker_threads';
import type { Failure } from './check-schedules.ts';
import { Distribution } from './distribution.ts';
import type { Chunk, Report } from './worker.ts';
import type { WorldName } from './worlds.ts';

export interface RunOptions {
  readonly world: WorldName;
  readonly runs: number;
  readonly seed: number;
  readonly workers: number;
  /** Replays one schedule, as a failure printed it. */
  readonly path?: string | undefined;
  /** Whether the first schedule that fails will do, not made smaller. */
  readonly isQuick?: boolean;
  /** Called after each week with how many there were. */
  readonly onProgress?: (weeks: number) => void;
}

/** Each has a seed of its own, so that a failure is found again without the others. */
const CHUNK_RUNS: Readonly<Record<WorldName, number>> = {
  ...{ weeks: 250, 'after-table': 50, steady: 25, sending: 50 },
};

/** Runs simulated weeks in several threads, until one breaks a promise. */
export async function runWeeks(options: RunOptions) {
  const chunks = chunksOf(options);
  const distribution = new Distribution();
  const failures: Failure[] = [];
  const onWeek: Work['onWeek'] = (week) => {
    distribution.add(week);
    options.onProgress?.(distribution.weeks);
  };
  const threads = Math.min(options.workers, chunks.length);
  await Promise.all(Array.from({ length: threads }, () => drain({ chunks, failures, onWeek })));
  return { distribution, failures };
}

interface Work {
  readonly chunks: Chunk[];
  readonly failures: Failure[];
  readonly onWeek: (week: Parameters<Distribution['add']>[0]) => void;
}

/** One thread takes one chunk after another, until none is left or one has failed. */
function drain({ chunks, failures, onWeek }: Work): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url));
    const next = () => {
      const chunk = failures.length > 0 ? undefined : chunks.shift();
      if (chunk !== undefined) return worker.postMessage(chunk);
      resolve();
      void worker.terminate();
    };
    worker.on('error', reject);
    worker.on('message', (report: Report) => {
      if (report.kind === 'week') return onWeek(report.week);
      if (report.failure !== undefined) failures.push(report.failure);
      next();
    });
    next();
  });
}

function chunksOf({ world, runs, seed, path, isQuick = false }: RunOptions): Chunk[] {
  if (path !== undefined) return [{ world, seed, runs: 1, path, isQuick: true }];
  const size = CHUNK_RUNS[world];
  return Array.from({ length: Math.ceil(runs / size) }, (_, index) => ({
    ...{ world, seed: seed + index },
    runs: Math.min(size, runs - index * size),
    isQuick,
  }));
}
