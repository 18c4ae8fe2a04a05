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
