import { intervalMs, LATE_MS } from '../pace.ts';
import type { ReserveSlots } from '../pace-table.ts';
import type { Subscriber } from '../subscriber.ts';

export interface PacerDeps {
  readonly reserve: ReserveSlots;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Turn<T> {
  /**
   * Makes all ready that a delivery needs, shortly before it goes out: at its time nothing is waited for.
   *
   * @param latestMs when it goes out at the latest, in ms since 1970
   */
  readonly ready: (latestMs: number) => Promise<T>;
  readonly signal: AbortSignal;
}

/** Resolves when one more delivery may go out, with what is ready; with undefined where that is too long from now. */
export type NextSlot = <T>(
  subscriber: Subscriber,
  turn: Turn<T>,
) => Promise<{ readonly ready: T } | undefined>;

/** How long a function waits for a time, which is time that it is paid for. */
export const PACE_PATIENCE_MS = 10_000;

/** How long before its time a delivery is made ready: longer than a read of the table takes, mostly. */
export const READY_MS = 250;

/**
 * Keeps the deliveries of a batch within their subscriber's rate. The first asks for times for all that go
 * side by side, by one write, and each further one for its own when its turn comes: what waits behind one that fails
 * takes no time from others. A time that is missed is left, as it would be too near to the next.
 *
 * @param atOnce how many deliveries go side by side
 */
export function pacer(atOnce: number, { reserve, sleep, now }: PacerDeps): NextSlot {
  let slots: number[] = [];
  let wanted = atOnce;
  let asking: Promise<boolean> | undefined;

  /** False where others have all times that are near enough. */
  async function ask(id: string, ratePerSecond: number, signal: AbortSignal): Promise<boolean> {
    const fit = Math.max(1, Math.floor(PACE_PATIENCE_MS / intervalMs(ratePerSecond)));
    const count = Math.max(1, Math.min(wanted, fit));
    wanted = 1;
    const latest = now() + PACE_PATIENCE_MS;
    const pace = await reserve({ id, ratePerSecond }, count, latest, signal);
    if (pace.kind === 'later') return false;
    const { firstMs, count: given } = pace;
    slots.push(...Array.from({ length: given }, (_, n) => firstMs + n * pace.intervalMs));
    return true;
  }

  function take(): number | undefined {
    slots = slots.filter((slot) => slot >= now() - LATE_MS);
    return slots.shift();
  }

  /** The next time that is not over; undefined where none is near. */
  async function next(id: string, ratePerSecond: number, signal: AbortSignal) {
    for (;;) {
      const slot = take();
      if (slot !== undefined) return slot;
      asking ??= ask(id, ratePerSecond, signal).finally(() => {
        asking = undefined;
      });
      if (!(await asking)) return undefined;
    }
  }

  async function waitUntil(ms: number, signal: AbortSignal): Promise<void> {
    if (ms > now()) await sleep(ms - now(), signal);
  }

  return async ({ id, ratePerSecond }, { ready, signal }) => {
    if (ratePerSecond === undefined) return { ready: await ready(now()) };
    for (;;) {
      const slot = await next(id, ratePerSecond, signal);
      if (slot === undefined) return undefined;
      await waitUntil(slot - READY_MS, signal);
      const made = await ready(slot + LATE_MS);
      await waitUntil(slot, signal);
      // Last of all: where the table or the machine was slow meanwhile, the time is over.
      if (now() - slot <= LATE_MS) return { ready: made };
    }
  };
}
