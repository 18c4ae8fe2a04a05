import { fileURLToPath } from 'node:url';
import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { BuildOptions } from 'esbuild';

/**
 * What a Lambda function never uses of the AWS SDK, replaced by a few lines each.
 *
 * The clients, signing, retries, timeouts and the parsing of errors stay the SDK's own. A name that a stand-in
 * lacks fails the build.
 */
const alias = Object.fromEntries(
  Object.entries({
    // SSO, STS, profiles, IMDS, web identity: credentials are in the environment.
    '@aws-sdk/credential-provider-node': 'credential-provider-node.ts',
    // DescribeEndpoints and its LRU cache.
    '@aws-sdk/middleware-endpoint-discovery': 'endpoint-discovery.ts',
    // A second store where the runtime has one.
    '@aws/lambda-invoke-store': 'lambda-invoke-store.ts',
    // SHA-256, MD5 and CRC-32 in JavaScript; loading hashes nothing.
    '@smithy/core/checksum': 'smithy-checksum.ts',
    // ~/.aws/config, profiles, IMDS: the environment and the code configure.
    '@smithy/core/config': 'smithy-config.ts',
    // Binary framing of event streams.
    '@smithy/core/event-streams': 'smithy-event-streams.ts',
    // Importing a builtin as a module evaluates every lazy getter of it: process opens stdin, http loads undici.
    'node:crypto': 'node/crypto.cts',
    'node:fs': 'node/fs.cts',
    'node:http': 'node/http.cts',
    'node:https': 'node/https.cts',
    'node:os': 'node/os.cts',
    'node:process': 'node/process.cts',
    'node:stream': 'node/stream.cts',
    'node:zlib': 'node/zlib.cts',
  }).map(([name, file]) => [name, fileURLToPath(new URL(`lean-sdk/${file}`, import.meta.url))]),
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
