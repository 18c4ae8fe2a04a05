/** Longest that a timer of Node's can be set for. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The time of a local stack: the machine's, until it is moved on.
 *
 * Queues, streams, schedules, secrets and functions share it, so that what takes an hour can be tried at
 * once. Timers are the machine's: they are not shortened, but who waits looks again when time moves.
 */
export class LocalClock {
  /** By how much it is ahead of the machine, in ms; shared with the threads of the functions. */
  readonly ahead = new BigInt64Array(new SharedArrayBuffer(8));
  readonly #listeners = new Set<() => void>();

  readonly now = (): number => Date.now() + millisecondsAhead(this.ahead);

  /** By how much it is ahead of the machine. */
  get aheadMs(): number {
    return millisecondsAhead(this.ahead);
  }

  advance(ms: number): void {
    Atomics.add(this.ahead, 0, BigInt(ms));
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls when time was moved on. Returns what ends that. */
  onAdvance(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves once so much of the stack's time has passed, or when the signal ends. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    const until = this.now() + ms;
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const look = () => {
        clearTimeout(timer);
        const left = until - this.now();
        if (left > 0 && !signal.aborted) {
          timer = setTimeout(look, Math.min(left, LONGEST_TIMER_MS));
          return;
        }
        this.#listeners.delete(look);
        signal.removeEventListener('abort', look);
        resolve();
      };
      this.#listeners.add(look);
      signal.addEventListener('abort', look);
      look();
    });
  }
}

/** Makes `Date` of this thread tell the time of the stack. Returns the machine's own time. */
export function followClock(ahead: BigInt64Array): () => number {
  const machineNow = Date.now;
  const now = () => machineNow() + millisecondsAhead(ahead);
  globalThis.Date = new Proxy(Date, {
    construct: (date, parts, target) =>
      Reflect.construct(date, parts.length === 0 ? [now()] : parts, target),
    get: (date, member) => (member === 'now' ? now : Reflect.get(date, member)),
  });
  return machineNow;
}

function millisecondsAhead(ahead: BigInt64Array): number {
  return Number(Atomics.load(ahead, 0));
}
