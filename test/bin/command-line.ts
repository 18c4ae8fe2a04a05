import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { runFloodgate } from '../../bin/floodgate/run-floodgate.ts';
import type { LocalStack } from '../../local/stack.ts';
import type { StubStack } from './stub-stack.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

/** Runs a command line in this process, outside of any terminal. */
export async function floodgate(
  args: readonly string[],
  projectFolder = '/nowhere',
  environment: NodeJS.ProcessEnv = {},
  typed = '',
): Promise<Outcome> {
  const stdin = Readable.from([typed]);
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const surroundings = { stdin, stdout, stderr, environment, projectFolder };
  const exitCode = await runFloodgate(args, surroundings);
  const written = (stream: PassThrough) => String(stream.read() ?? '');
  return { exitCode, stdout: written(stdout), stderr: written(stderr) };
}

/** A folder with files in it, by their paths. */
export function temporaryFolder(files: Readonly<Record<string, string>>): TemporaryFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'floodgate-'));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** A project folder in which the local stack has become ready. */
export function projectWith({ url, table }: StubStack): TemporaryFolder {
  const nowhere = 'http://127.0.0.1:1';
  const aws = { dynamodb: table.endpoint, sqs: nowhere, s3: nowhere };
  const ready = { url, aws, table: table.tableName, queues: {}, buckets: [] };
  return temporaryFolder({ '.floodgate/local-3000.json': JSON.stringify(ready) });
}

/** Somebody in the folder of a project whose local stack runs; the folder goes with the test. */
export function operatorOf(stack: LocalStack, environment: NodeJS.ProcessEnv = {}) {
  const folder = projectOf(stack);
  return (...args: string[]): Promise<Outcome> => floodgate(args, folder, environment);
}

/** The same, who has something in stdin. */
export function typistOf(stack: LocalStack, environment: NodeJS.ProcessEnv = {}) {
  const folder = projectOf(stack);
  return (typed: string, ...args: string[]): Promise<Outcome> =>
    floodgate(args, folder, environment, typed);
}

function projectOf(stack: LocalStack): string {
  const { url, aws, whatsapp, table, queues, subscriberQueuesArn, buckets } = stack;
  const known = { url, aws, table, queues, subscriberQueuesArn, buckets };
  const ready = JSON.stringify({ ...known, whatsapp: whatsapp.url });
  const folder = temporaryFolder({ '.floodgate/local-3000.json': ready });
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.path;
}

export interface Running {
  /** What it has written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Presses Ctrl-C. Resolves with the exit code. */
  readonly stop: () => Promise<number>;
}

/** Starts a command that runs until it is stopped, for somebody whose local stack this is. */
export function startFloodgate(
  stack: LocalStack,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Running {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) =>
    new PassThrough().on('data', (chunk: Buffer) => {
      written[name] += chunk.toString();
    });
  const ended = runFloodgate(args, {
    ...{ stdin: Readable.from([]), stdout: stream('stdout'), stderr: stream('stderr') },
    environment,
    projectFolder: projectOf(stack),
  });
  return {
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    stop: () => {
      process.emit('SIGINT');
      return ended;
    },
  };
}
