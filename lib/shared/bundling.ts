import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type BundlingOptions,
  type ICommandHooks,
  OutputFormat,
} from 'aws-cdk-lib/aws-lambda-nodejs';
import type { BuildOptions } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');

/** What a function loads when it needs it, and not at its start: an adapter, bundled beside the handler. */
export type LoadedLater = 's3-payloads';

const LATER = './s3-payloads.mjs';

/**
 * Importing a builtin as a module evaluates every lazy getter of it: `process` opens stdin, `http`
 * loads undici. Taken as CommonJS, nobody waits for what nobody asked for.
 */
const builtins = Object.fromEntries(
  ['crypto', 'http', 'https', 'stream'].map((name) => [
    `node:${name}`,
    fileURLToPath(new URL(`lean-builtins/${name}.cts`, import.meta.url)),
  ]),
);

const alias = {
  ...builtins,
  '@aws-sdk/credential-provider-node': fileURLToPath(
    new URL('lean-sdk/credential-provider-node.ts', import.meta.url),
  ),
  '#s3-payloads': LATER,
};

/** How every function is bundled, for esbuild's API: tests, benchmarks and the local stack. */
export const esbuildOptions = {
  alias,
  bundle: true,
  external: [LATER],
  format: 'esm',
  legalComments: 'none',
  mainFields: ['module', 'main'],
  minify: true,
  platform: 'node',
  target: 'node24',
} satisfies BuildOptions;

const aliases = Object.entries(alias).map(([name, file]) => `${name}=${file}`);

/** The same for `NodejsFunction`. */
export function bundlingWith(loadedLater: readonly LoadedLater[]): BundlingOptions {
  return {
    bundleAwsSDK: true,
    commandHooks: bundledBeside(loadedLater),
    esbuildArgs: { '--alias': aliases, '--legal-comments': esbuildOptions.legalComments },
    externalModules: esbuildOptions.external,
    format: OutputFormat.ESM,
    mainFields: esbuildOptions.mainFields,
    minify: esbuildOptions.minify,
    target: esbuildOptions.target,
  };
}

function bundledBeside(names: readonly LoadedLater[]): ICommandHooks {
  return {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (_, outputDir) => names.map((name) => commandFor(name, outputDir)),
  };
}

function commandFor(name: LoadedLater, outputDir: string): string {
  const { format, legalComments, mainFields, platform, target } = esbuildOptions;
  return [
    join(ROOT, 'node_modules/.bin/esbuild'),
    join(ROOT, 'lambda/table', `${name}.ts`),
    `--outfile=${join(outputDir, `${name}.mjs`)}`,
    ...['--bundle', '--minify', '--log-level=warning'],
    ...[`--format=${format}`, `--platform=${platform}`, `--target=${target}`],
    ...[`--legal-comments=${legalComments}`, `--main-fields=${mainFields.join(',')}`],
    ...aliases.map((one) => `--alias:${one}`),
  ]
    .map((argument) => JSON.stringify(argument))
    .join(' ');
}
