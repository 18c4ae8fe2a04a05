import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, start } from './children.ts';
import { type Emulator, trusting, Unavailable } from './emulator.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const PROGRAM = join(import.meta.dirname, 'run_ministack.py');
const READY_MS = 60_000;
const ROOT_KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };
const REGION = 'us-east-1';

/** Installs MiniStack from PyPI into a virtual environment below the folder, unless it is there. Returns its Python. */
export async function installMiniStack(
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const venv = join(folder, 'venv');
  const python = join(venv, 'bin', 'python');
  const installed = join(venv, 'installed.txt');
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return python;

  rmSync(venv, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const setUp = async (what: string, command: string, args: readonly string[]) => {
    const { code, output } = await run(command, args, { env: environment }).catch(
      (error: Error) => ({ code: 1, output: error.message }),
    );
    if (code !== 0) throw new Unavailable(`${what}: ${lastLines(output, 3)}`);
  };
  await setUp('no Python 3.10 or later', 'python3', [
    '-c',
    'import sys; assert sys.version_info >= (3, 10), sys.version',
  ]);
  await setUp('no openssl', 'openssl', ['version']);
  await setUp('no virtual environment', 'python3', ['-m', 'venv', venv]);
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  await setUp('MiniStack cannot be installed', python, [...install, '--requirement', REQUIREMENTS]);
  writeFileSync(installed, wanted);
  return python;
}

export interface MiniStackOptions {
  readonly python: string;
  /** A folder of this run's own. */
  readonly folder: string;
  /** Folder with the `node` that runs the functions. */
  readonly binaries: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Starts MiniStack on a free port of loopback, with TLS and with IAM enforced. */
export async function startMiniStack(options: MiniStackOptions): Promise<Emulator> {
  const { python, folder, environment } = options;
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  // Made by MiniStack when it starts.
  const certificateFile = join(folder, 'ministack-tls', 'server.crt');
  const logFile = join(folder, 'ministack.log');
  const log = openSync(logFile, 'w');
  const logTail = () => lastLines(readFileSync(logFile, 'utf8'), 40);
  const child = start(python, [PROGRAM], {
    cwd: folder,
    stdio: ['pipe', log, log],
    env: {
      PATH: [options.binaries, environment['PATH']].join(delimiter),
      HOME: folder,
      TMPDIR: folder,
      PYTHONDONTWRITEBYTECODE: '1',
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      USE_SSL: '1',
      AUTH: 'true',
      AWS_ACCESS_KEY_ID: ROOT_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_KEYS.secretAccessKey,
      // Functions inherit these, as they would those of Lambda.
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_S3: url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
      ...trusting(certificateFile),
    },
  });
  const isReady = () => /Running on https:/.test(readFileSync(logFile, 'utf8'));
  for (const from = performance.now(); !isReady(); await sleep(100)) {
    if (child.exitCode !== null || performance.now() - from > READY_MS) {
      throw new Error(`MiniStack does not start\n${logTail()}`);
    }
  }
  return {
    name: `MiniStack at ${url}`,
    endpoint: new URL(url),
    credentials: ROOT_KEYS,
    region: REGION,
    environment: trusting(certificateFile),
    certificate: readFileSync(certificateFile, 'utf8'),
    enforcesIam: true,
    logTail,
  };
}

/** Of loopback, free a moment ago. */
export async function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer().once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
  });
  return promise;
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
