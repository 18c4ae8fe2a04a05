import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** What the functions are written in, with its path in the project. */
export function lambdaSources(): readonly { readonly file: string; readonly source: string }[] {
  return globSync('lambda/**/*.ts', { cwd: ROOT }).map((file) => ({
    file,
    source: readFileSync(join(ROOT, file), 'utf8'),
  }));
}
