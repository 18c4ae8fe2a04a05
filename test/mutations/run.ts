import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { progressBar } from '../../bin/floodgate/terminal/progress-bar.ts';
import type { WorldName } from '../faults/worlds.ts';
import type { Mutation } from './mutation.ts';
import { MUTATIONS } from './mutations.ts';

const USAGE = `Applies each mutation to a copy of the sources, one at a time, and sees whether it is noticed.

  npm run test:mutations -- [--only <part of a name>] [--runs 600] [--workers 2]

  --only     the mutations whose name has this in it
  --runs     schedules in which a mutation must be noticed
  --workers  copies to work in side by side
`;

const ROOT = join(import.meta.dirname, '../..');
const COPIED = [
  ...['bin', 'lambda', 'lib', 'lint', 'local', 'test'],
  ...['package.json', 'package-lock.json', 'cdk.json', 'tsconfig.json', 'vitest.config.ts'],
];

type Verdict = 'caught' | 'survived' | 'broken';

interface Result {
  readonly mutation: Mutation;
  readonly verdict: Verdict;
  /** The promise that was broken, or the tests that failed. */
  readonly by: string;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '600' },
    workers: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else process.exitCode = await main();

async function main(): Promise<number> {
  const chosen = MUTATIONS.filter(({ name }) => name.includes(values.only));
  const rest = [...chosen];
  const results: Result[] = [];
  const bar = progressBar(process.stderr);
  const work = async () => {
    await using copy = await copySources();
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      const result = await tryMutation(next, copy.folder);
      results.push(result);
      bar.clear();
      process.stdout.write(`${result.verdict.padEnd(8)} ${next.name}: ${result.by}\n`);
      bar.show('mutations', results.length, chosen.length);
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
  bar.clear();
  const caught = results.filter(({ verdict }) => verdict === 'caught').length;
  const score = ((100 * caught) / Math.max(chosen.length, 1)).toFixed(1);
  process.stdout.write(`\n${caught} of ${chosen.length} mutations caught: ${score} %\n`);
  return caught === chosen.length && caught > 0 ? 0 : 1;
}

/** The working tree is never touched. */
async function copySources() {
  const folder = await mkdtemp(join(tmpdir(), 'floodgate-mutations-'));
  for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function tryMutation(mutation: Mutation, folder: string): Promise<Result> {
  const file = join(folder, mutation.file);
  const source = await readFile(file, 'utf8');
  const parts = source.split(mutation.find);
  if (parts.length !== 2) {
    return { mutation, verdict: 'broken', by: `${mutation.file} has it ${parts.length - 1} times` };
  }
  await writeFile(file, parts.join(mutation.replace));
  const { test, world = 'weeks' } = mutation;
  const seen = await (test === undefined ? simulated(world, folder) : tested(test, folder));
  await writeFile(file, source);
  return { mutation, ...seen };
}

async function simulated(
  world: WorldName,
  folder: string,
): Promise<Pick<Result, 'verdict' | 'by'>> {
  const parameters = ['--world', world, '--runs', values.runs, '--workers', '1', '--quick'];
  const { code, output } = await run(['test/faults/run.ts', ...parameters], folder);
  const promise = /^[1-8]: .*$/m.exec(output)?.[0];
  if (code === 1 && promise !== undefined) return { verdict: 'caught', by: promise };
  if (code === 0) return { verdict: 'survived', by: `${values.runs} schedules of ${world}` };
  return { verdict: 'broken', by: output.slice(-500) };
}

async function tested(test: string, folder: string): Promise<Pick<Result, 'verdict' | 'by'>> {
  const { code, output } = await run(['node_modules/vitest/vitest.mjs', 'run', test], folder);
  const failed = /Tests .*?(\d+ failed)/.exec(output)?.[1];
  if (code === 1 && failed !== undefined) return { verdict: 'caught', by: `${test}, ${failed}` };
  if (code === 0) return { verdict: 'survived', by: test };
  return { verdict: 'broken', by: output.slice(-500) };
}

function run(parameters: readonly string[], folder: string) {
  const child = spawn(process.execPath, parameters, { cwd: folder, stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
