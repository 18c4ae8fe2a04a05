import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** A release of the functions: the one of this working tree, and one that writes newer envelopes. */
export type Release = 'current' | 'next';

const ROOT = join(import.meta.dirname, '../..');
const LEAN_SDK = {
  '@aws-sdk/credential-provider-node': 'credential-provider-node.ts',
  '@aws-sdk/middleware-endpoint-discovery': 'endpoint-discovery.ts',
  '@aws/lambda-invoke-store': 'lambda-invoke-store.ts',
  '@smithy/core/checksum': 'smithy-checksum.ts',
  '@smithy/core/config': 'smithy-config.ts',
  '@smithy/core/event-streams': 'smithy-event-streams.ts',
};
const SIGNATURE = fileURLToPath(new URL('./signature-stand-in.ts', import.meta.url));
const TRANSPORT = '@smithy/node-http-handler';

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

/** The packages that functions import: the SDK as it is deployed, but for its transport. */
export async function bundlePackages(): Promise<string> {
  const alias = Object.entries(LEAN_SDK).map(([name, file]) => [
    name,
    join(ROOT, 'lib/lean-sdk', file),
  ]);
  return bundle({
    alias: { ...Object.fromEntries(alias), '@smithy/signature-v4': SIGNATURE },
    external: [TRANSPORT],
    stdin: { contents: PACKAGES, resolveDir: ROOT, loader: 'ts' },
  });
}

/** Names under which functions import; each is a member of what the bundle exports. */
const PACKAGES = [
  '@aws-sdk/client-sqs',
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/credential-provider-node',
  '@smithy/core/checksum',
  '@smithy/core/transport',
  '@smithy/signature-v4',
]
  .map((name) => `export * as '${name}' from '${name}';`)
  .join('\n');

/** A function's own code, with all packages left out. */
export async function bundleFunction(name: string, release: Release): Promise<string> {
  const entry = join(ROOT, 'lambda', name, 'handler.ts');
  return bundle({
    entryPoints: [entry],
    packages: 'external',
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
