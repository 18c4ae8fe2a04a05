import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { buildPage } from '../local/console/build-page.ts';

/** Bundles the command, so that its package runs without this project, on whatever Node.js a machine has. */

const projectFolder = path.dirname(import.meta.dirname);
const outdir = path.join(projectFolder, 'dist');

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: [path.join(import.meta.dirname, 'floodgate', 'main.ts')],
  ...{ outdir, bundle: true, splitting: true, minify: true, legalComments: 'none' },
  ...{ format: 'esm', platform: 'node', target: 'node20.12' },
  // The SDK's modules as such: what is imported late of its CommonJS has no names.
  mainFields: ['module', 'main'],
  // What builds the page of the console: it is built here, and lies beside the code.
  external: ['./build-page.ts'],
  // What is of CommonJS among the packages asks for modules of Node.js.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

const pageFolder = path.join(outdir, 'console');
mkdirSync(pageFolder);
for (const [name, body] of Object.entries(await buildPage())) {
  writeFileSync(path.join(pageFolder, name), body);
}
