import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';

const ROOT = join(import.meta.dirname, '..', '..');
const CACHE = join(ROOT, '.floodgate', 'assemblies');
/** What the app is made of. */
const SOURCES = ['bin/app.ts', 'lib', 'lambda', 'cdk.json', 'package-lock.json'];
/** Older builds are kept for stacks that still run them. */
const KEPT = 4;

/** No build takes as long. */
const STALE_MS = 120_000;

const configSchema = z.object({ app: z.string(), context: z._default(z.unknown(), {}) });

/**
 * Synthesizes the CDK app, functions bundled, unless its sources are as they were. Returns the folder.
 *
 * Processes that want the same at once share one build.
 */
export async function buildAssembly(): Promise<string> {
  const directory = join(CACHE, await fingerprint());
  const building = `${directory}.building`;
  await mkdir(CACHE, { recursive: true });
  while (!existsSync(directory)) {
    if (await claim(building)) await build(building, directory);
    else await sleep(100);
  }
  return directory;
}

async function build(building: string, directory: string): Promise<void> {
  try {
    // Another may have built it, and let go of its claim, since this process looked.
    if (existsSync(directory)) return;
    await synthesize(building);
    await rename(building, directory);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  await forgetOldest();
}

/** Whether this process is the one to build; a claim whose process died is given up. */
async function claim(building: string): Promise<boolean> {
  try {
    await mkdir(building);
    return true;
  } catch {
    const claimed = await stat(building).catch(() => undefined);
    const isStale = claimed !== undefined && (await fileSystemNow()) - claimed.ctimeMs > STALE_MS;
    if (isStale) await rm(building, { recursive: true, force: true });
    return false;
  }
}

/** By the clock that dates files: this process may have another, and would give up every claim. */
async function fileSystemNow(): Promise<number> {
  const dated = join(CACHE, `now-${randomUUID()}.building`);
  await mkdir(dated);
  const { ctimeMs } = await stat(dated);
  await rm(dated, { recursive: true, force: true });
  return ctimeMs;
}

async function synthesize(directory: string): Promise<void> {
  const config = configSchema.parse(JSON.parse(await readFile(join(ROOT, 'cdk.json'), 'utf8')));
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'app.ts')], {
    cwd: ROOT,
    env: { ...env, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify(config.context) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code === 0 && existsSync(join(directory, 'manifest.json'))) return;
  throw new Error(`cannot build the app: ${reason(output)} (npm run synth shows more)`);
}

/** The line that says what went wrong, from what esbuild, the CDK and Node.js have to say. */
function reason(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.find((line) => /\[ERROR\]|^\W*«|^\w*Error:/.test(line));
  return telling ?? lines.findLast((line) => line !== '') ?? 'it ended without a word';
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  for (const source of SOURCES) {
    for (const path of await filesOf(join(ROOT, source))) {
      hash.update(`${path}\n`).update(await readFile(path));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

async function forgetOldest(): Promise<void> {
  const names = (await readdir(CACHE)).filter((name) => !name.endsWith('.building'));
  const built = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(CACHE, name))).mtimeMs })),
  );
  const oldest = built.toSorted((a, b) => b.at - a.at).slice(KEPT);
  for (const { name } of oldest) await rm(join(CACHE, name), { recursive: true, force: true });
}
