import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PageFileName, PageFiles } from './page-file.ts';

/** Where the package of the command has them, beside its code. */
const PACKED = path.join(import.meta.dirname, 'console');

/** The files of the page: those of the package, or built from this project. */
export async function pageFiles(): Promise<PageFiles> {
  if (!existsSync(path.join(PACKED, 'index.html'))) {
    // Loaded here: the package has neither the sources nor what builds them.
    const { buildPage } = await import('./build-page.ts');
    return await buildPage();
  }
  const read = (name: PageFileName) => readFile(path.join(PACKED, name), 'utf8');
  return {
    'index.html': await read('index.html'),
    'page.js': await read('page.js'),
    'page.css': await read('page.css'),
    'runbook.html': await read('runbook.html'),
    'openapi.json': await read('openapi.json'),
  };
}
