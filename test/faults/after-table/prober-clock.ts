import type { SimulatedFunction } from '../simulated-function.ts';
import type { Cancel, VirtualTime } from '../virtual-time.ts';

export interface ProberClockOptions {
  readonly time: VirtualTime;
  readonly prober: SimulatedFunction;
  /** What a run of the prober could change, and whatever makes it do so. */
  readonly state: () => string;
  /** Whether there may be something left to do for it. */
  readonly isNeeded: () => boolean;
  /** When the world around it changes, in ms since 1970 and in order. */
  readonly changes: readonly number[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONGEST_MS = 4 * HOUR_MS;

/**
 * EventBridge's schedule of the prober: every minute, and seldomer where runs come to nothing and nothing
 * is about to change, so that five days of pause are no seven thousand runs.
 */
export class ProberClock {
  readonly #options: ProberClockOptions;
  /** In ms since 1970; undefined while there is nothing to do. */
  #nextAt: number | undefined;
  #cancel: Cancel = () => undefined;
  #gapMs = MINUTE_MS;
  #before = '';

  constructor(options: ProberClockOptions) {
    this.#options = options;
  }

  /** Something was changed that it may have to see to. */
  look(): void {
    this.#gapMs = MINUTE_MS;
    const soon = this.#options.time.now + MINUTE_MS;
    if (this.#nextAt === undefined || this.#nextAt > soon) this.#tickAt(soon);
  }

  /** There is something to count. */
  wake(): void {
    if (this.#nextAt === undefined) this.look();
  }

  #tickAt(at: number): void {
    const { time } = this.#options;
    this.#cancel();
    this.#nextAt = at;
    this.#cancel = time.after(at - time.now, () => this.#tick());
  }

  #tick(): void {
    const { time, prober, state, isNeeded } = this.#options;
    const now = state();
    const isSame = now === this.#before;
    this.#nextAt = undefined;
    if (isSame && !isNeeded()) return;
    prober.invoke({}, () => undefined);
    this.#gapMs = isSame ? Math.min(2 * this.#gapMs, LONGEST_MS) : MINUTE_MS;
    this.#before = now;
    this.#tickAt(time.now + this.#untilNext());
  }

  /** Up to the minute of the next change of its world at most; after a long time at the full hour, when it does more. */
  #untilNext(): number {
    const { now } = this.#options.time;
    const wanted = now + this.#gapMs;
    const at = this.#gapMs < HOUR_MS ? wanted : Math.ceil(wanted / HOUR_MS) * HOUR_MS;
    const { changes } = this.#options;
    const next = changes.find((one) => one > now - MINUTE_MS) ?? Number.POSITIVE_INFINITY;
    return Math.max(MINUTE_MS, Math.min(at, next) - now);
  }
}
