import type { SimulatedFunction } from '../simulated-function.ts';
import type { SimulatedTable } from '../table.ts';
import type { VirtualTime } from '../virtual-time.ts';

export interface DrainerClockOptions {
  readonly time: VirtualTime;
  readonly drainer: SimulatedFunction;
  readonly table: SimulatedTable;
  /** Grows with whatever the drainer has done. */
  readonly progress: () => number;
}

const MINUTE_MS = 60_000;
/** At another minute of the hour each time: some work is done at one of them only. */
const LONGEST_MS = 37 * MINUTE_MS;

/**
 * EventBridge's schedule of the drainer: every minute while there is something to drain, and seldomer
 * where runs come to nothing, so that a day's outage is no thousand runs.
 */
export class DrainerClock {
  readonly #options: DrainerClockOptions;
  #isTicking = false;
  #gapMs = MINUTE_MS;
  #before = '';

  constructor(options: DrainerClockOptions) {
    this.#options = options;
  }

  /** A subscriber's row was changed. */
  look(): void {
    if (this.#isTicking || !this.#isNeeded()) return;
    this.#isTicking = true;
    this.#gapMs = MINUTE_MS;
    this.#options.time.after(MINUTE_MS, () => this.#tick());
  }

  #tick(): void {
    const { time, drainer, progress } = this.#options;
    if (!this.#isNeeded()) {
      this.#isTicking = false;
      return;
    }
    drainer.invoke({}, () => undefined);
    const state = `${progress()} ${this.#breakers().map(({ state: breaker }) => breaker)}`;
    this.#gapMs = state === this.#before ? Math.min(2 * this.#gapMs, LONGEST_MS) : MINUTE_MS;
    this.#before = state;
    time.after(this.#gapMs, () => this.#tick());
  }

  /** Nothing goes out to who is paused or gone. */
  #isNeeded(): boolean {
    return this.#breakers().some(({ config }) => !/"isPaused":true|disabledBecause/.test(config));
  }

  #breakers() {
    return [...this.#options.table.rows.values()].flatMap((row) => {
      const state = row['breakerState']?.S;
      return state === undefined ? [] : [{ state, config: row['config']?.S ?? '' }];
    });
  }
}
