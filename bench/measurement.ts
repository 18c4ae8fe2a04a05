import type { Measured } from './figure.ts';
import type { Laboratory } from './laboratory.ts';

export interface Effort {
  /** Fewer repetitions, for a look in between. */
  readonly isQuick: boolean;
  /** Told where a measurement is: `done` of `total` steps. */
  readonly onProgress: (done: number, total: number) => void;
}

/** One part of the report. */
export interface Measurement {
  readonly summary: string;
  readonly run: (laboratory: Laboratory, effort: Effort) => Promise<Measured>;
}
