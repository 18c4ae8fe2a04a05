import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** How long the command takes to say how it is used, beside what Node.js alone takes to start. */

const RUNS = Number(process.argv[2] ?? 41);
const command = path.join(import.meta.dirname, '..', 'bin', 'floodgate.js');
const CASES: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'floodgate --help': [command, '--help'],
  'floodgate subscriber add --help': [command, 'subscriber', 'add', '--help'],
};

const times = new Map(Object.keys(CASES).map((name) => [name, [] as number[]]));
// By turns, so that whatever else the machine does is in all of them.
for (let run = 0; run < RUNS; run += 1) {
  for (const [name, args] of Object.entries(CASES)) {
    const startedMs = performance.now();
    spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    times.get(name)?.push(performance.now() - startedMs);
  }
}

const medians = [...times].map(([name, ms]) => [name, median(ms)] as const);
const bare = medians[0]?.[1] ?? Number.NaN;
for (const [name, ms] of medians) {
  process.stdout.write(
    `${name.padEnd(34)}${ms.toFixed(1).padStart(7)} ms${(ms / bare).toFixed(2).padStart(7)}\n`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
