import { mkdirSync, rmSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, run } from '../deploy/children.ts';

/** The one for programs of several threads, in the place of its Debian package. */
const LIBRARY = 'usr/lib/*/faketime/libfaketimeMT.so.1';

const FETCH_SECONDS = 120;

export type Found =
  | { readonly ok: true; readonly library: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Finds libfaketime on this machine or in the folder; else fetches Debian's package by apt into the
 * folder, which needs no rights and installs nothing.
 */
export async function findLibfaketime(
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<Found> {
  const here = (await firstOf('/')) ?? (await firstOf(folder));
  if (here !== undefined) return { ok: true, library: here };
  const fault = await fetchPackage(folder, environment);
  const fetched = await firstOf(folder);
  if (fetched !== undefined) return { ok: true, library: fetched };
  return { ok: false, reason: fault ?? 'its package holds no libfaketimeMT.so.1' };
}

async function firstOf(root: string): Promise<string | undefined> {
  for await (const path of glob(LIBRARY, { cwd: root })) return join(root, path);
  return undefined;
}

/** Resolves with what went wrong; undefined where nothing did. */
async function fetchPackage(
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const apt = join(folder, 'apt');
  for (const name of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(apt, name), { recursive: true });
  }
  const settings = [
    `Dir::State::lists=${apt}/lists`,
    `Dir::Cache=${apt}/cache`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
    'Acquire::http::Timeout=10',
    'Acquire::Retries=1',
  ].map((setting) => `--option=${setting}`);
  const steps = [
    ['apt-get', ...settings, '--quiet=2', 'update'],
    ['apt-get', ...settings, '--quiet=2', 'download', 'libfaketime'],
    ['sh', '-c', `dpkg-deb --extract libfaketime_*.deb '${folder}'`],
  ];
  try {
    for (const step of steps) {
      const { code, output } = await run('timeout', [String(FETCH_SECONDS), ...step], {
        cwd: apt,
        env: environment,
      }).catch((error: Error): Ended => ({ code: 1, output: error.message }));
      if (code !== 0) return output.trim().split('\n').at(-1) || `${step[0]} failed`;
    }
    return undefined;
  } finally {
    rmSync(apt, { recursive: true, force: true });
  }
}
