import { existsSync, readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { followClock } from '../clock.ts';
import type { Answer, Invocation, WorkerData } from './execution-environment.ts';

/** Runs in a worker thread: loads a bundle as Lambda does and answers invocations. */
async function run({ directory, handler, name, ahead, yields }: WorkerData): Promise<void> {
  if (yields) yieldCpu();
  const machineNow = ahead === undefined ? Date.now : followClock(ahead);
  const [file = '', member = ''] = handler.split('.');
  const path = ['.mjs', '.js', '.cjs']
    .map((extension) => join(directory, file + extension))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`${name}: no ${file} in ${directory}`);
  const code: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
  const handle = code[member];
  if (typeof handle !== 'function') throw new Error(`${name}: ${handler} is no function`);

  parentPort?.on('message', (invocation: Invocation) => {
    const context = lambdaContext(name, invocation, machineNow);
    const { requestId } = invocation;
    Promise.try(() => handle(invocation.event, context)).then(
      (result: unknown) => answer({ requestId, result: JSON.stringify(result) }),
      (error: unknown) => answer({ requestId, error: describe(error) }),
    );
  });
  answer({ result: undefined });
}

/** Lets this thread have what the others leave, where the machine is a Linux and so tells threads apart. */
function yieldCpu(): void {
  try {
    setPriority(
      Number(basename(readlinkSync('/proc/thread-self'))),
      constants.priority.PRIORITY_BELOW_NORMAL,
    );
  } catch {
    // Elsewhere all threads are equal.
  }
}

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}

function lambdaContext(
  name: string,
  { requestId, arn, deadline, memory }: Invocation,
  machineNow: () => number,
) {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    memoryLimitInMB: String(memory),
    getRemainingTimeInMillis: () => Math.max(0, deadline - machineNow()),
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await run(workerData);
