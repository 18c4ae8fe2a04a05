import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** A release of the functions: the one of this working tree, and one that writes newer envelopes. */
export type Release = 'current' | 'next';

const ROOT = join(import.meta.dirname, '../..');
const SIGNATURE = fileURLToPath(new URL('./signature-stand-in.ts', import.meta.url));
/** What the realm hands in, and what it does without. */
const EXTERNAL = ['@smithy/node-http-handler', '@aws-lambda-powertools/*'];

const common: BuildOptions = {
  bundle: true,
  format: 'cjs',
  logLevel: 'silent',
  mainFields: ['module', 'main'],
  // Loading in the background would take real time.
  supported: { 'dynamic-import': false },
  platform: 'node',
  target: 'node24',
  write: false,
};

/** A function's own code, with all packages left out. */
export async function bundleFunction(name: string, release: Release): Promise<string> {
  const entry = join(ROOT, 'lambda', name, 'handler.ts');
  return bundle({
    entryPoints: [entry],
    alias: { '@smithy/signature-v4': SIGNATURE },
    external: EXTERNAL,
    plugins: release === 'next' ? [nextEnvelope] : [],
  });
}

const nextEnvelope: Plugin = {
  name: 'next-envelope',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/envelope\.ts$/ }, ({ importer }) =>
      importer.endsWith('next-envelope.ts')
        ? undefined
        : { path: fileURLToPath(new URL('./next-envelope.ts', import.meta.url)) },
    );
  },
};

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles = [] } = await build({ ...common, ...options });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('nothing was bundled');
  return file.text;
}
