import { randomUUID } from 'node:crypto';
import { ExecutionEnvironment, type InvocationResult } from './execution-environment.ts';

export interface HostedFunction {
  readonly name: string;
  readonly arn: string;
  /** Folder of the bundled code, and the handler in it as Lambda takes it. */
  readonly directory: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** By how much the stack's clock is ahead of the machine's, in ms. @default not at all */
  readonly ahead?: BigInt64Array;
  /** Whether other functions go first where the machine is busy. In AWS each has a machine of its own. */
  readonly yields: boolean;
  /** All that the code sees of its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface FunctionHostOptions {
  /** Execution environments at most, beside those that are reserved; more invocations wait. */
  readonly maxConcurrency: number;
  /** Hears each line that the function writes. */
  readonly onLine: (line: string) => void;
  /** Hears of each invocation that failed, unless `stop` ended it. */
  readonly onFailure: (result: InvocationResult & { ok: false }) => void;
}

/** Of one function, of some 25 MB each: as many as a machine may have memory for, where AWS has a thousand. */
const MOST_ENVIRONMENTS = 100;

/** Runs one function in as many execution environments as its invocations need. */
export class FunctionHost {
  readonly function: HostedFunction;
  readonly #options: FunctionHostOptions;
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #waiting: ((environment: ExecutionEnvironment) => void)[] = [];
  #reserved = 0;
  #isStopped = false;

  constructor(hosted: HostedFunction, options: FunctionHostOptions) {
    this.function = hosted;
    this.#options = options;
  }

  async invoke(event: unknown): Promise<InvocationResult> {
    const { arn, memoryMegabytes, timeoutSeconds } = this.function;
    const environment = this.#takeIdle() ?? (await this.#nextFree());
    const invocation = { requestId: randomUUID(), arn, event, memory: memoryMegabytes };
    const result = await environment.invoke(invocation, timeoutSeconds * 1000);
    this.#release(environment);
    if (!result.ok && !this.#isStopped) this.#options.onFailure(result);
    return result;
  }

  /**
   * Lets there be so many more environments, for whoever invokes no more than that at once: then nobody
   * else's slowness is theirs. Returns what ends that.
   */
  reserve(count: number): () => void {
    this.#reserved += count;
    return () => {
      this.#reserved -= count;
    };
  }

  /** Starts an environment. One that fails to start fails the invocation that waits for it. */
  async warm(): Promise<void> {
    const { environment, ...data } = this.function;
    const started = new ExecutionEnvironment(data, environment, this.#options.onLine);
    this.#all.add(started);
    await started.isReady;
    this.#give(started);
  }

  /** Ends what runs. What waits for an environment waits forever. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#all].map((environment) => environment.stop()));
  }

  /** Grows if it may; the invocation takes whichever environment is free first. */
  #nextFree(): Promise<ExecutionEnvironment> {
    const free = new Promise<ExecutionEnvironment>((resolve) => this.#waiting.push(resolve));
    if (this.#all.size < this.#limit) void this.warm();
    return free;
  }

  get #limit(): number {
    const { maxConcurrency } = this.#options;
    return Math.max(maxConcurrency, Math.min(maxConcurrency + this.#reserved, MOST_ENVIRONMENTS));
  }

  /** The one used last, so that the others can rest; some may have crashed while they did. */
  #takeIdle(): ExecutionEnvironment | undefined {
    for (;;) {
      const environment = this.#idle.pop();
      if (environment?.hasEnded !== true) return environment;
      this.#all.delete(environment);
    }
  }

  #release(environment: ExecutionEnvironment): void {
    if (!environment.hasEnded) {
      this.#give(environment);
      return;
    }
    this.#all.delete(environment);
    if (this.#waiting.length > 0 && !this.#isStopped) void this.warm();
  }

  #give(environment: ExecutionEnvironment): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next(environment);
    else this.#idle.push(environment);
  }
}
