import type { Week } from './simulation.ts';

const MEASURES = ['events', 'groups', 'faults'] as const;
type Measure = (typeof MEASURES)[number];

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly p90: number;
  readonly max: number;
}

/** How many events, groups and faults the schedules of a run had. */
export class Distribution {
  readonly #counts: Record<Measure, Map<number, number>> = {
    events: new Map(),
    groups: new Map(),
    faults: new Map(),
  };
  #weeks = 0;

  get weeks(): number {
    return this.#weeks;
  }

  add(week: Pick<Week, Measure>): void {
    this.#weeks += 1;
    for (const measure of MEASURES) {
      const counts = this.#counts[measure];
      counts.set(week[measure], (counts.get(week[measure]) ?? 0) + 1);
    }
  }

  of(measure: Measure): Spread {
    const counts = [...this.#counts[measure]].toSorted(([a], [b]) => a - b);
    const at = (share: number) => {
      let rest = share * this.#weeks;
      for (const [value, count] of counts) {
        rest -= count;
        if (rest <= 0) return value;
      }
      return 0;
    };
    return { min: at(0), median: at(0.5), p90: at(0.9), max: at(1) };
  }

  /** A few lines for people. */
  toString(): string {
    const lines = MEASURES.map((measure) => {
      const { min, median, p90, max } = this.of(measure);
      return `  ${measure.padEnd(6)}  median ${median}, 90 % up to ${p90}, from ${min} to ${max}`;
    });
    return [`${this.#weeks} schedules, each with`, ...lines].join('\n');
  }
}
