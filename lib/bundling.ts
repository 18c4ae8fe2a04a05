import { fileURLToPath } from 'node:url';
import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { BuildOptions } from 'esbuild';

/**
 * Importing a builtin as a module evaluates every lazy getter of it: `process` opens stdin, `http`
 * loads undici. Taken as CommonJS, nobody waits for what nobody asked for.
 */
const alias = Object.fromEntries(
  ['crypto', 'http', 'https', 'stream'].map((name) => [
    `node:${name}`,
    fileURLToPath(new URL(`lean-builtins/${name}.cts`, import.meta.url)),
  ]),
);

/** How every function is bundled, for esbuild's API: tests, benchmarks and the local stack. */
export const esbuildOptions = {
  alias,
  bundle: true,
  format: 'esm',
  legalComments: 'none',
  mainFields: ['module', 'main'],
  minify: true,
  platform: 'node',
  target: 'node24',
} satisfies BuildOptions;

/** The same for `NodejsFunction`. */
export const bundling: BundlingOptions = {
  bundleAwsSDK: true,
  esbuildArgs: {
    '--alias': Object.entries(alias).map(([name, file]) => `${name}=${file}`),
    '--legal-comments': esbuildOptions.legalComments,
  },
  externalModules: [],
  format: OutputFormat.ESM,
  mainFields: esbuildOptions.mainFields,
  minify: esbuildOptions.minify,
  target: esbuildOptions.target,
};
