import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { progressBar } from '../../bin/floodgate/terminal/progress-bar.ts';
import { type Failure, replayCommand } from './check-schedules.ts';
import { type RunOptions, runWeeks } from './run-weeks.ts';
import { WORLD_NAMES } from './worlds.ts';

const USAGE = `Runs the functions through simulated weeks of faults.

  npm run test:faults -- [--world weeks|after-table|steady|sending] [--runs 2000] [--seed 1] [--workers 2] [--quick]
  npm run test:faults -- --world weeks --seed 1 --path 0:3:1

  --world    weeks: from the provider to the table; after-table: from there to subscribers, archive
             and files; steady: the same where nothing fails but endpoints; sending: from whoever
             asks for a message to WhatsApp and back; otherwise one after the other
  --runs     schedules to run, of each
  --seed     the same seed gives the same schedules
  --workers  threads to run them in
  --path     replays the one schedule that a failure printed, with its world and seed
  --quick    shows the first schedule that fails as it is, not made smaller
`;

/** Where nobody sees a bar. */
const LINE_EVERY = 1000;

const { values } = parseArgs({
  options: {
    world: { type: 'string' },
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
  const worlds = WORLD_NAMES.filter((name) => name === (values.world ?? name));
  const isAmbiguous = values.path !== undefined && worlds.length > 1;
  const isFit = runs !== undefined && seed !== undefined && workers !== undefined;
  if (!isFit || isAmbiguous || worlds.length === 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  let failed = 0;
  for (const world of worlds) failed += await runWorld({ world, runs, seed, workers });
  return failed === 0 ? 0 : 1;
}

/** Returns how many threads met a failure. */
async function runWorld(
  options: Pick<RunOptions, 'world' | 'runs' | 'seed' | 'workers'>,
): Promise<number> {
  const { world, runs, seed } = options;
  const startedAt = performance.now();
  const bar = progressBar(process.stderr);
  const { distribution, failures } = await runWeeks({
    ...{ ...options, path: values.path, isQuick: values.quick },
    onProgress: (weeks) => {
      bar.show(world, weeks, runs);
      if (!process.stderr.isTTY && weeks % LINE_EVERY === 0)
        process.stderr.write(`${weeks} schedules of ${world}\n`);
    },
  });
  bar.clear();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  process.stdout.write(`${world}: ${distribution}, from seed ${seed}, in ${seconds} s\n`);
  for (const failure of failures) process.stdout.write(describe(failure));
  return failures.length;
}

function describe(failure: Failure): string {
  const { violation, schedule } = failure;
  return `\n${violation}\n  ${replayCommand(failure)}\n  ${JSON.stringify(schedule)}\n`;
}

/** At least 1. */
function wholeNumber(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
