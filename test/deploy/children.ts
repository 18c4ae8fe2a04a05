import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

const running = new Set<ChildProcess>();

/** Starts a program in a process group of its own, so that all that it starts can be ended with it. */
export function start(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

export interface Ended {
  readonly code: number;
  /** What it wrote, on either stream. */
  readonly output: string;
}

/** Runs a program to its end. Rejects when it cannot be started. */
export function run(
  command: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env'>,
): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const child = start(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  }
  child.once('error', reject);
  child.once('close', (code) =>
    resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }),
  );
  return promise;
}

/** Ends whatever was started and still runs, with all its descendants. */
export function endAll(): void {
  for (const { pid } of running) {
    if (pid === undefined) continue;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}
