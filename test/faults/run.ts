import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { progressBar } from '../../bin/floodgate/progress-bar.ts';
import { type Failure, replayCommand } from './check-schedules.ts';
import { Distribution } from './distribution.ts';
import type { Chunk, Report } from './worker.ts';

const USAGE = `Runs the functions through simulated weeks of faults.

  npm run test:faults -- [--runs 2000] [--seed 1] [--workers 2] [--path 0:3:1] [--quick]

  --runs     schedules to run
  --seed     the same seed gives the same schedules
  --workers  threads to run them in
  --path     replays the one schedule that a failure printed, with its seed
  --quick    shows the first schedule that fails as it is, not made smaller
`;

/** Each has a seed of its own, so that a failure is found again without the others. */
const CHUNK_RUNS = 250;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    path: { type: 'string' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else process.exitCode = await main();

async function main(): Promise<number> {
  const [runs, seed, workers] = [values.runs, values.seed, values.workers].map(wholeNumber);
  if (runs === undefined || seed === undefined || workers === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const startedAt = performance.now();
  const chunks =
    values.path === undefined
      ? chunksOf(runs, seed)
      : [{ seed, runs: 1, path: values.path, isQuick: true }];
  const distribution = new Distribution();
  const failures: Failure[] = [];
  const bar = progressBar(process.stderr);
  const work = {
    chunks,
    failures,
    onWeek: (week: Parameters<Distribution['add']>[0]) => {
      distribution.add(week);
      bar.show('weeks', distribution.weeks, runs);
    },
  };
  await Promise.all(Array.from({ length: Math.min(workers, chunks.length) }, () => drain(work)));
  bar.clear();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  process.stdout.write(`${distribution}, from seed ${seed}, in ${seconds} s\n`);
  for (const failure of failures) process.stdout.write(describe(failure));
  return failures.length === 0 ? 0 : 1;
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

function chunksOf(runs: number, seed: number): Chunk[] {
  return Array.from({ length: Math.ceil(runs / CHUNK_RUNS) }, (_, index) => ({
    seed: seed + index,
    runs: Math.min(CHUNK_RUNS, runs - index * CHUNK_RUNS),
    isQuick: values.quick,
  }));
}

function describe(failure: Failure): string {
  const { violation, schedule } = failure;
  return `\n${violation}\n  ${replayCommand(failure)}\n  ${JSON.stringify(schedule)}\n`;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
