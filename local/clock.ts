/**
 * The time of a local stack: the machine's, until it is moved on.
 *
 * Queues, secrets and functions share it, so that what takes an hour can be tried at once. Timers
 * are the machine's: they are not shortened, but queues look again when time moves.
 */
export class LocalClock {
  /** By how much it is ahead of the machine, in ms; shared with the threads of the functions. */
  readonly ahead = new BigInt64Array(new SharedArrayBuffer(8));
  readonly #listeners: (() => void)[] = [];

  readonly now = (): number => Date.now() + millisecondsAhead(this.ahead);

  advance(ms: number): void {
    Atomics.add(this.ahead, 0, BigInt(ms));
    for (const listener of this.#listeners) listener();
  }

  /** Calls when time was moved on. */
  onAdvance(listener: () => void): void {
    this.#listeners.push(listener);
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
