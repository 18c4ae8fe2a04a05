import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type { PageFiles } from './page-file.ts';
import { runbookPage } from './runbook-page.ts';

const PAGE = path.join(import.meta.dirname, 'page');
const DOCS = path.join(import.meta.dirname, '..', '..', 'docs');

/** Browsers of the last two years. */
const TARGET = ['es2023', 'chrome120', 'firefox120', 'safari17'];

/** Makes the files of the page from their sources. */
export async function buildPage(): Promise<PageFiles> {
  const { outputFiles } = await build({
    entryPoints: { page: path.join(PAGE, 'main.tsx') },
    ...{ bundle: true, minify: true, format: 'esm', target: TARGET, outdir: 'console' },
    ...{ jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
    write: false,
  });
  const textOf = (ending: string) =>
    outputFiles.find((file) => file.path.endsWith(ending))?.text ?? '';
  const docs = (name: string) => readFile(path.join(DOCS, name), 'utf8');
  return {
    'index.html': await readFile(path.join(PAGE, 'index.html'), 'utf8'),
    'page.js': textOf('.js'),
    'page.css': textOf('.css'),
    'runbook.html': runbookPage(await docs('runbook.md')),
    'openapi.json': await docs('openapi.json'),
  };
}
