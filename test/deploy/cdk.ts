import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { run } from './children.ts';
import type { Emulator } from './emulator.ts';

export interface Cdk {
  /** Runs `npx cdk` in the project. Resolves with what it wrote, rejects when it fails. */
  readonly run: (...args: readonly string[]) => Promise<string>;
  /** Deploys a stage by `cdk deploy`. */
  readonly deploy: (settings?: readonly string[]) => Promise<Deployed>;
}

export interface Deployed {
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly written: string;
}

export interface CdkOptions {
  readonly project: string;
  /** A folder of this run's own. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

const outputsFile = z.record(z.string(), z.record(z.string(), z.string()));

export function cdkFor(emulator: Emulator, { project, folder, environment }: CdkOptions): Cdk {
  const inherited = Object.entries(environment).filter(([name]) => !name.startsWith('AWS_'));
  const env = {
    ...Object.fromEntries(inherited),
    ...emulator.environment,
    AWS_ENDPOINT_URL: emulator.endpoint.origin,
    AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
    AWS_REGION: emulator.region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    // Where it keeps which account a key is of: another emulator's may have the same key.
    CDK_HOME: join(folder, '.cdk'),
    HOME: folder,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    NO_COLOR: '1',
  };
  const assembly = join(folder, 'cdk.out');
  const cdk: Cdk['run'] = async (...args) => {
    const all = ['cdk', ...args, '--no-notices', '--output', assembly];
    const { code, output } = await run('npx', all, { cwd: project, env });
    if (code !== 0) throw new Error(`npx ${all.join(' ')} failed\n${output.trimEnd()}`);
    return output;
  };
  return {
    run: cdk,
    deploy: async (settings = []) => {
      const file = join(folder, 'outputs.json');
      const always = ['--require-approval', 'never', '--outputs-file', file];
      const written = await cdk('deploy', ...always, ...settings);
      const [stack] = Object.entries(outputsFile.parse(JSON.parse(readFileSync(file, 'utf8'))));
      if (stack === undefined) throw new Error('cdk deploy wrote no outputs');
      return { stackName: stack[0], outputs: stack[1], written };
    },
  };
}
