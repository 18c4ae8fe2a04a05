import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Keep } from '../../../local/keep/keep.ts';
import { openKeep } from '../../../local/keep/sqlite-keep.ts';

/** A folder for the test alone. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keep-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One start after another, each of which finds what the one before put. */
export function starts(folder = aFolder()): () => Keep {
  let current: Keep | undefined;
  onTestFinished(() => current?.close());
  return () => {
    current?.close();
    current = openKeep(folder);
    return current;
  };
}
