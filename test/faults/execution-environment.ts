import { AsyncLocalStorage } from 'node:async_hooks';
import type { Network } from './network.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What an execution environment of Lambda sees of the world. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly network: Network;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/**
 * One execution environment of a function: frozen between invocations, and gone with all that it
 * had in mind when it crashes. What it sent before that may still arrive.
 */
export class ExecutionEnvironment {
  readonly surroundings: Surroundings;
  readonly functionName: string;
  #state: 'running' | 'frozen' | 'dead' = 'frozen';
  #held: (() => void)[] = [];
  /** Called when it crashes or runs out of time. */
  onDeath: () => void = () => undefined;

  constructor(surroundings: Surroundings, functionName: string) {
    this.surroundings = surroundings;
    this.functionName = functionName;
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  /** Runs what reaches the code from outside: now, after the thaw, or never. */
  enter(run: () => void): void {
    if (this.#state === 'frozen') this.#held.push(run);
    if (this.#state === 'running') inEnvironment.run(this, run);
  }

  thaw(): void {
    this.#state = 'running';
    const held = this.#held;
    this.#held = [];
    for (const run of held) this.enter(run);
  }

  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  kill(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    this.#held = [];
    this.onDeath();
  }
}

/** The environment whose code is running. */
export const inEnvironment = new AsyncLocalStorage<ExecutionEnvironment>();
