import { join } from 'node:path';
import { buildSync } from 'esbuild';

let url: URL | undefined;

/**
 * The code of an execution environment's thread, as JavaScript.
 *
 * Translated once for all threads: each would take twice the CPU to start if it did so itself.
 */
export function workerCode(): URL {
  url ??= new URL(`data:text/javascript,${encodeURIComponent(translate())}`);
  return url;
}

function translate(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    bundle: true,
    ...{ format: 'esm', platform: 'node', target: `node${process.versions.node}` },
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}
