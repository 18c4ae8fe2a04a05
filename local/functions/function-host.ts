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
  /** Execution environments at most; more invocations wait. */
  readonly maxConcurrency: number;
  /**
   * Invocations that an environment has at once. In AWS it is one: more are for a function that waits for
   * others nearly all its time, and of which there would be hundreds, of 25 MB each.
   */
  readonly invocationsEach: number;
  /** Hears each line that the function writes. */
  readonly onLine: (line: string) => void;
  /** Hears of each invocation, and how long it took. */
  readonly onInvoked?: (milliseconds: number, result: InvocationResult) => void;
  /** Hears of each invocation that failed, unless `stop` ended it. */
  readonly onFailure: (result: InvocationResult & { ok: false }) => void;
}

/** Runs one function in as many execution environments as its invocations need. */
export class FunctionHost {
  readonly function: HostedFunction;
  readonly #options: FunctionHostOptions;
  /** What each environment has taken on, the one used last at the end, so that the others can rest. */
  readonly #loads = new Map<ExecutionEnvironment, number>();
  readonly #starting = new Set<ExecutionEnvironment>();
  readonly #waiting: ((environment: ExecutionEnvironment) => void)[] = [];
  #isStopped = false;

  constructor(hosted: HostedFunction, options: FunctionHostOptions) {
    this.function = hosted;
    this.#options = options;
  }

  /** Whether an environment has more than one invocation at once. */
  get sharesEnvironments(): boolean {
    return this.#options.invocationsEach > 1;
  }

  async invoke(event: unknown): Promise<InvocationResult> {
    const { arn, memoryMegabytes, timeoutSeconds } = this.function;
    const environment = this.#takeFree() ?? (await this.#nextFree());
    const invocation = { requestId: randomUUID(), arn, event, memory: memoryMegabytes };
    const startMs = performance.now();
    const result = await environment.invoke(invocation, timeoutSeconds * 1000);
    this.#options.onInvoked?.(performance.now() - startMs, result);
    this.#release(environment);
    if (!result.ok && !this.#isStopped) this.#options.onFailure(result);
    return result;
  }

  /** Starts an environment. One that fails to start fails the invocation that waits for it. */
  async warm(): Promise<void> {
    const { environment, ...data } = this.function;
    const started = new ExecutionEnvironment(data, environment, this.#options.onLine);
    this.#starting.add(started);
    await started.isReady;
    this.#starting.delete(started);
    if (started.hasEnded) {
      this.#waiting.shift()?.(started);
      return;
    }
    this.#loads.set(started, 0);
    this.#serve();
  }

  /** Ends what runs. What waits for an environment waits forever. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const all = [...this.#starting, ...this.#loads.keys()];
    await Promise.all(all.map((environment) => environment.stop()));
  }

  /** Grows if it may; the invocation takes whichever environment is free first. */
  #nextFree(): Promise<ExecutionEnvironment> {
    const free = new Promise<ExecutionEnvironment>((resolve) => this.#waiting.push(resolve));
    this.#grow();
    return free;
  }

  #grow(): void {
    const size = this.#starting.size + this.#loads.size;
    if (size < this.#options.maxConcurrency && !this.#isStopped) void this.warm();
  }

  #takeFree(): ExecutionEnvironment | undefined {
    for (const [environment, load] of [...this.#loads].reverse()) {
      if (environment.hasEnded) this.#loads.delete(environment);
      else if (load < this.#options.invocationsEach) {
        this.#loads.set(environment, load + 1);
        return environment;
      }
    }
    return undefined;
  }

  #release(environment: ExecutionEnvironment): void {
    const load = (this.#loads.get(environment) ?? 1) - 1;
    this.#loads.delete(environment);
    if (!environment.hasEnded) this.#loads.set(environment, load);
    this.#serve();
    if (this.#waiting.length > 0) this.#grow();
  }

  /** Hands free environments to those that wait. */
  #serve(): void {
    while (this.#waiting.length > 0) {
      const environment = this.#takeFree();
      if (environment === undefined) return;
      this.#waiting.shift()?.(environment);
    }
  }
}
