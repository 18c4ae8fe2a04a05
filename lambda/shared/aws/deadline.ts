export interface Deadline extends Disposable {
  /** Aborted when the time is up. */
  readonly signal: AbortSignal;
}

/** A time limit on what is started within it. Dispose of it when all that has ended. */
export function startDeadline(afterMs: number): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), afterMs);
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

export const TOO_LATE = Symbol('too late');

/** What is asked for, or `TOO_LATE` where it takes longer: nobody waits for it then. */
export async function inTime<T>(work: Promise<T>, afterMs: number): Promise<T | typeof TOO_LATE> {
  const { promise: late, resolve } = Promise.withResolvers<typeof TOO_LATE>();
  const timer = setTimeout(() => resolve(TOO_LATE), afterMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Tells the milliseconds since it was started, whatever is done to the clock. */
export function startStopwatch(): () => number {
  const startedAt = performance.now();
  return () => performance.now() - startedAt;
}
