import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsService } from '../../lambda/shared/aws/service.ts';
import { run, start } from './children.ts';
import { Unavailable } from './emulator.ts';
import { freePort, lastLines } from './ministack.ts';

/** An S3 that nobody here wrote, and that verifies signatures. */
const VERSION = 'v1.8.0';
const MODULE = `github.com/versity/versitygw/cmd/versitygw@${VERSION}`;
const READY_MS = 60_000;

/** Builds versitygw from the Go module proxy below the folder, unless it is there. Returns the program. */
export async function installVersityGw(
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const binaries = join(folder, VERSION);
  const program = join(binaries, 'versitygw');
  if (existsSync(program)) return program;
  mkdirSync(binaries, { recursive: true });
  const env = { ...environment, GOBIN: binaries };
  const built = await run('go', ['install', MODULE], { env }).catch((error: Error) => ({
    ...{ code: 1, output: error.message },
  }));
  if (built.code === 0) return program;
  throw new Unavailable(`no Go that builds versitygw: ${lastLines(built.output, 3)}`);
}

/** Starts it on a free port of loopback, over an empty folder. */
export async function startVersityGw(program: string, folder: string): Promise<AwsService> {
  const port = await freePort();
  const [root, sidecar] = ['objects', 'metadata'].map((name) => join(folder, name));
  for (const path of [root, sidecar]) mkdirSync(path ?? '', { recursive: true });
  const logFile = join(folder, 'versitygw.log');
  const log = openSync(logFile, 'w');
  const credentials = { accessKeyId: 'floodgate', secretAccessKey: 'a/secret+with=marks' };
  const access = ['--access', credentials.accessKeyId, '--secret', credentials.secretAccessKey];
  // Not every file system keeps attributes of files.
  const posix = ['posix', '--sidecar', sidecar ?? '', root ?? ''];
  const options = { cwd: folder, stdio: ['ignore' as const, log, log] };
  const child = start(program, ['--port', `127.0.0.1:${port}`, ...access, ...posix], options);
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(url).then(
      () => true,
      () => false,
    );
  for (const from = performance.now(); !(await answers()); await sleep(100)) {
    if (child.exitCode !== null || performance.now() - from > READY_MS) {
      throw new Error(`versitygw does not start\n${lastLines(readFileSync(logFile, 'utf8'), 20)}`);
    }
  }
  return { name: 's3', region: 'us-east-1', url, credentials };
}
