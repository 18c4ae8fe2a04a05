// biome-ignore-all lint/style/noProcessEnv: an entry point, which hands the environment on.

import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, env, execPath, exit, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { endAll, run, start } from '../deploy/children.ts';
import { type Clock, describeClock, environmentOf } from './clock.ts';
import { findLibfaketime } from './libfaketime.ts';

const HELP = `Runs the tests that depend on the time under other clocks and in other time zones.

npm run test:clocks [-- OPTIONS] [FILES]
  --from TIME  a clock of your own, such as 2027-03-14T05:29:30Z, instead of 2028-02-29 and 2031-12-31
  --help       shows this

FILES are those of Vitest; without any, the folders and files in which a time can matter.
Clocks need libfaketime. Where the machine has none, it comes from Debian's packages into
.floodgate/libfaketime. Where apt is not there either, that is said, and the time zones alone are tried.
`;

const PROJECT = join(import.meta.dirname, '..', '..');
const FOLDER = join(PROJECT, '.floodgate', 'libfaketime');
const VITEST = join(PROJECT, 'node_modules', 'vitest', 'vitest.mjs');

/** Each crosses midnight: out of a day that few years have, and into another year. */
const CLOCKS: readonly Clock[] = [
  { from: '2028-02-29T23:59:30Z', timeZone: 'Asia/Kolkata' },
  { from: '2031-12-31T23:59:30Z', timeZone: 'America/St_Johns' },
];

/** Whatever meets the machine's clock: handlers, commands, whole stacks. */
const FILES = [
  'test/{archive,bin,delivery,forgetting,inbound}/**/*.test.ts',
  'test/{media,reading,shared,table,traffic,pipeline}/**/*.test.ts',
  'test/hostile/logs.test.ts',
  'test/local/{schedules,stack}.test.ts',
];

/** Of these what takes long and goes by no clock. */
const WITHOUT = [
  'test/reading/openapi.test.ts',
  'test/media/fetcher/memory.test.ts',
  'test/pipeline/{rights,traffic}.test.ts',
  'test/*/template.test.ts',
];

const resultsFile = z.object({ numPassedTests: z.number(), numFailedTests: z.number() });

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv.slice(2),
    options: { from: { type: 'string' }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) {
    stdout.write(HELP);
    return 0;
  }
  // By name: Vitest leaves out nothing of a project by `--exclude`.
  const files =
    positionals.length > 0 ? positionals : globSync(FILES, { cwd: PROJECT, exclude: WITHOUT });
  const library = await aLibrary();
  const summary: string[] = [];
  let failed = 0;
  for (const clock of clocksOf(values.from)) {
    const here = library === undefined ? { timeZone: clock.timeZone } : clock;
    stdout.write(`\n== ${describeClock(here)}\n`);
    const { isOk, said } = await runTests(here, library, files);
    if (!isOk) failed += 1;
    summary.push(`${isOk ? 'ok    ' : 'FAILED'}  ${describeClock(here)}: ${said}`);
  }
  if (library === undefined) summary.push('not run under other clocks: there is no libfaketime');
  stdout.write(`\n${summary.join('\n')}\n`);
  return failed;
}

function clocksOf(from: string | undefined): readonly Clock[] {
  if (from === undefined) return CLOCKS;
  if (Number.isNaN(Date.parse(from))) throw new Error(`--from takes a time, not ${from}`);
  return CLOCKS.map(({ timeZone }) => ({ from, timeZone }));
}

/** Undefined, and said so, where there is none or it does not move the clock of this Node.js. */
async function aLibrary(): Promise<string | undefined> {
  const found = await findLibfaketime(FOLDER, env);
  const unmoved = found.ok ? await whyUnmoved(found.library) : found.reason;
  if (found.ok && unmoved === undefined) return found.library;
  stdout.write(`no other clocks here: ${unmoved}\n`);
  return undefined;
}

async function whyUnmoved(library: string): Promise<string | undefined> {
  const [clock] = CLOCKS;
  const wantedMs = Date.parse(clock?.from ?? '');
  const environment = environmentOf({ timeZone: 'UTC', ...clock }, library, Date.now());
  const { output } = await run(execPath, ['--print', 'Date.now()'], {
    env: { ...env, ...environment },
  });
  const isMoved = Math.abs(Number(output) - wantedMs) < 60_000;
  return isMoved ? undefined : `${library} does not move the clock of ${execPath}`;
}

async function runTests(clock: Clock, library: string | undefined, files: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'floodgate-clocks-'));
  const outputFile = join(folder, 'results.json');
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${outputFile}`];
  const child = start(execPath, [VITEST, 'run', ...reporters, ...files], {
    cwd: PROJECT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...env, ...environmentOf(clock, library, Date.now()) },
  });
  try {
    const [code] = await once(child, 'close');
    const { numPassedTests, numFailedTests } = readResults(outputFile);
    const said = `${numPassedTests} tests passed, ${numFailedTests} failed`;
    return { isOk: code === 0, said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResults(file: string): z.infer<typeof resultsFile> {
  if (!existsSync(file)) return { numPassedTests: 0, numFailedTests: 0 };
  return resultsFile.parse(JSON.parse(readFileSync(file, 'utf8')));
}

process.once('exit', endAll);
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => exit(code));
}

process.exitCode = await main();
