const LOOK_MS = 5000;
/** A busy machine is late too. */
const SLEPT_MS = 60_000;

/** Tells how long the machine was asleep, each time that it wakes up. */
export function watchSleep(onWake: (sleptMs: number) => void): Disposable {
  let lookedMs = Date.now();
  const timer = setInterval(() => {
    const sleptMs = Date.now() - lookedMs;
    lookedMs = Date.now();
    if (sleptMs > SLEPT_MS) onWake(sleptMs);
  }, LOOK_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
