import { setTimeout as sleep } from 'node:timers/promises';

/** Lets so many a second pass, and no saved-up time beyond that. Waits no longer once the signal is aborted. */
export function pacer(
  perSecond: number | 'max',
  signal: AbortSignal,
): (count: number) => Promise<void> {
  let freeAt = performance.now();
  return async (count) => {
    if (perSecond === 'max') return;
    const now = performance.now();
    const waitMs = freeAt - now;
    freeAt = Math.max(freeAt, now) + (count * 1000) / perSecond;
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  };
}
