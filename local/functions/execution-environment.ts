import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { workerCode } from './worker-code.ts';

export interface WorkerData {
  readonly directory: string;
  readonly handler: string;
  readonly name: string;
  /** By how much the stack's clock is ahead of the machine's, in ms. @default not at all */
  readonly ahead?: BigInt64Array;
  /** Whether other functions go first where the machine is busy. */
  readonly yields: boolean;
}

export interface Invocation {
  readonly requestId: string;
  readonly arn: string;
  readonly event: unknown;
  /** In ms since 1970. */
  readonly deadline: number;
  readonly memory: number;
}

/** To an invocation; without `requestId`, that the code has loaded. */
export type Answer = { readonly requestId?: string } & (
  | /** JSON text; undefined where the handler returned nothing. */
  { readonly result: string | undefined; readonly error?: never }
  | { readonly error: string; readonly result?: never }
);

export type InvocationResult =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly reason: 'error' | 'timeout' | 'crash'; readonly detail: string };

type Settle = (result: InvocationResult) => void;

/** Stands for the loading of the code, among the ids of invocations. */
const LOADING = '';

/** One execution environment of a function: a worker thread, with a folder of its own in the place of `/tmp`. */
export class ExecutionEnvironment {
  /** Whether the code loaded. */
  readonly isReady: Promise<InvocationResult>;
  readonly #worker: Worker;
  /** What waits for an answer, by the invocations' ids. */
  readonly #waiting = new Map<string, Settle>();
  #hasEnded = false;

  constructor(
    data: WorkerData,
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void,
  ) {
    const folder = mkdtempSync(join(tmpdir(), 'floodgate-function-'));
    this.#worker = new Worker(workerCode(), {
      workerData: data,
      env: { ...environment, TMPDIR: folder, TEMP: folder },
      stdout: true,
      stderr: true,
      execArgv: [],
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      createInterface({ input: stream }).on('line', onLine);
    }
    this.isReady = this.#next(LOADING);
    this.#worker.on('message', (answer: Answer) =>
      this.#settle(answer.requestId ?? LOADING, read(answer)),
    );
    this.#worker.on('error', (error) => this.#end(error.stack ?? error.message));
    this.#worker.on('exit', (code) => {
      rmSync(folder, { recursive: true, force: true });
      this.#end(`the process exited with ${code}`);
    });
  }

  /** Whether it ended: after a crash, a timeout or `stop`. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  async invoke(
    invocation: Omit<Invocation, 'deadline'>,
    timeoutMs: number,
  ): Promise<InvocationResult> {
    const ready = await this.isReady;
    if (!ready.ok) return ready;
    const { requestId } = invocation;
    const answered = this.#next(requestId);
    const timer = setTimeout(() => {
      const seconds = (timeoutMs / 1000).toFixed(2);
      this.#settle(requestId, {
        ok: false,
        reason: 'timeout',
        detail: `timed out after ${seconds} seconds`,
      });
      void this.stop();
    }, timeoutMs);
    this.#worker.postMessage({
      ...invocation,
      deadline: Date.now() + timeoutMs,
    } satisfies Invocation);
    const result = await answered;
    clearTimeout(timer);
    return result;
  }

  async stop(): Promise<void> {
    this.#hasEnded = true;
    await this.#worker.terminate();
  }

  #next(id: string): Promise<InvocationResult> {
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
    });
  }

  #settle(id: string, result: InvocationResult): void {
    this.#waiting.get(id)?.(result);
    this.#waiting.delete(id);
  }

  #end(detail: string): void {
    this.#hasEnded = true;
    for (const id of this.#waiting.keys()) this.#settle(id, { ok: false, reason: 'crash', detail });
  }
}

function read(answer: Answer): InvocationResult {
  if (answer.error !== undefined) return { ok: false, reason: 'error', detail: answer.error };
  if (answer.result === undefined) return { ok: true, result: undefined };
  return { ok: true, result: JSON.parse(answer.result) };
}
