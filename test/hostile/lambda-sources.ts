import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

interface Source {
  /** Its path in the project. */
  readonly file: string;
  readonly source: string;
}

/** What the functions are written in. */
export function lambdaSources(): readonly Source[] {
  return sources('lambda');
}

/** What is written in some folders of the project. */
export function sources(...folders: readonly string[]): readonly Source[] {
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }));
  return files.map((file) => ({ file, source: readFileSync(join(ROOT, file), 'utf8') }));
}
