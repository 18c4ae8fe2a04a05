import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { progressBar } from '../../bin/floodgate/progress-bar.ts';
import { type Failure, replayCommand } from './check-schedules.ts';
import { runWeeks } from './run-weeks.ts';

const USAGE = `Runs the functions through simulated weeks of faults.

  npm run test:faults -- [--runs 2000] [--seed 1] [--workers 2] [--path 0:3:1] [--quick]

  --runs     schedules to run
  --seed     the same seed gives the same schedules
  --workers  threads to run them in
  --path     replays the one schedule that a failure printed, with its seed
  --quick    shows the first schedule that fails as it is, not made smaller
`;

/** Where nobody sees a bar. */
const LINE_EVERY = 1000;

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
  const bar = progressBar(process.stderr);
  const { distribution, failures } = await runWeeks({
    ...{ runs, seed, workers, path: values.path, isQuick: values.quick },
    onProgress: (weeks) => {
      bar.show('weeks', weeks, runs);
      if (!process.stderr.isTTY && weeks % LINE_EVERY === 0)
        process.stderr.write(`${weeks} weeks\n`);
    },
  });
  bar.clear();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  process.stdout.write(`${distribution}, from seed ${seed}, in ${seconds} s\n`);
  for (const failure of failures) process.stdout.write(describe(failure));
  return failures.length === 0 ? 0 : 1;
}

function describe(failure: Failure): string {
  const { violation, schedule } = failure;
  return `\n${violation}\n  ${replayCommand(failure)}\n  ${JSON.stringify(schedule)}\n`;
}

/** At least 1. */
function wholeNumber(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
