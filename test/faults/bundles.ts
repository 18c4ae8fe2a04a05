import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** A release of the functions: the one of this working tree, and one that writes newer envelopes. */
export type Release = 'current' | 'next';

const ROOT = join(import.meta.dirname, '../..');
const SIGNATURE = fileURLToPath(new URL('./signature-stand-in.ts', import.meta.url));
/** The clients of the SDK that functions have. */
export const SDK_CLIENTS = ['dynamodb', 'lambda', 's3', 'secrets-manager', 'sqs'].map(
  (service) => `@aws-sdk/client-${service}`,
);

const TRANSPORT = '@smithy/node-http-handler';
/** What the realm hands in, and what it does without. */
const EXTERNAL = [...SDK_CLIENTS, TRANSPORT, '@aws-lambda-powertools/*'];

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

/** A client of the SDK, which sends by the transport that is handed in. */
export async function bundleClient(name: string): Promise<string> {
  const contents = `export * from '${name}'`;
  return bundle({
    stdin: { contents, resolveDir: ROOT },
    alias: { '@smithy/signature-v4': SIGNATURE },
    external: [TRANSPORT],
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
