import type { VirtualTime } from '../virtual-time.ts';

export interface Faults {
  readonly time: VirtualTime;
  readonly random: () => number;
  /** How likely a call fails, loses its answer, or takes the function with it. */
  readonly rate: () => number;
}

const TIMEOUT_MS = 120_000;

/** The share of calls that take long, and how long they take at most. */
const SLOW_CALLS = 0.03;
const LONGEST_CALL_MS = 10_000;

/** One run of a function, which may be killed at any call that it makes, or by its timeout. */
export class Invocation {
  readonly id: string;
  readonly startedAt: number;
  #isDead = false;
  readonly #faults: Faults;
  readonly #died = Promise.withResolvers<never>();

  constructor(id: string, faults: Faults) {
    this.id = id;
    this.startedAt = faults.time.now;
    this.#faults = faults;
    this.#died.promise.catch(() => {});
    faults.time.after(TIMEOUT_MS, () => this.#die());
  }

  get remainingMs(): number {
    return this.startedAt + TIMEOUT_MS - this.#faults.time.now;
  }

  /** Resolves with what it comes to; rejects when the function was killed. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return Promise.race([work(), this.#died.promise]);
  }

  /** Something outside of the function happens in the middle of a call, unless a fault prevents it. */
  async call<T>(happens: () => T, latencyMs = 5): Promise<T> {
    const { random, rate } = this.#faults;
    const fault = random() < rate() ? Math.floor(random() * 4) : undefined;
    const slowMs = random() < SLOW_CALLS ? LONGEST_CALL_MS : latencyMs;
    await this.sleep(slowMs * random());
    if (fault === 0) throw new Error('it was refused');
    if (fault === 1) this.#die();
    if (this.#isDead) return this.#never();
    const result = happens();
    if (fault === 2) throw new Error('its answer was lost');
    if (fault === 3) this.#die();
    await this.sleep(latencyMs * random());
    return this.#isDead ? this.#never() : result;
  }

  async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => this.#faults.time.after(ms, resolve));
    if (this.#isDead) await this.#never();
  }

  #die(): void {
    this.#isDead = true;
    this.#died.reject(new Error('killed'));
  }

  #never(): Promise<never> {
    return new Promise(() => {});
  }
}
