import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a command in another terminal finds the stacks that run, a file a port. */
const FOLDER = join(import.meta.dirname, '..', '.floodgate');

/** Leaves the JSON of a stack's `ready` line where it can be found, until it is to be forgotten. */
export async function rememberReady(
  url: string,
  ready: string,
): Promise<{ forget: () => Promise<void> }> {
  const file = join(FOLDER, `local-${new URL(url).port}.json`);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(file, ready);
  return { forget: () => rm(file, { force: true }) };
}
