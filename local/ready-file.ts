import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where a command in another terminal finds the stack that runs: the JSON of its `ready` line. */
const READY_FILE = join(import.meta.dirname, '..', '.floodgate', 'local.json');

/** Leaves the JSON where it can be found, until it is to be forgotten. */
export async function rememberReady(ready: string): Promise<{ forget: () => Promise<void> }> {
  await mkdir(dirname(READY_FILE), { recursive: true });
  await writeFile(READY_FILE, ready);
  return {
    forget: async () => {
      // Another stack, on another port, may have taken its place.
      const current = await readFile(READY_FILE, 'utf8').catch(() => undefined);
      if (current === ready) await rm(READY_FILE, { force: true });
    },
  };
}
