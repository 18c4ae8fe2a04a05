export interface Interrupt extends Disposable {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Lets a command end in good order at the first Ctrl-C; the second one ends it as ever. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const abort = () => controller.abort();
  process.once('SIGINT', abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', abort),
  };
}
