import type { RowChange } from '../table.ts';

/** A subscriber as its row said from then on. */
export interface SubscriberState {
  /** In ms since 1970. */
  readonly from: number;
  /** Undefined where there is no row, or where nobody can read it. */
  readonly config: Config | undefined;
  readonly isThere: boolean;
}

interface Config {
  readonly isPaused: boolean;
  readonly filter: unknown;
  readonly endpoint: { readonly url?: string };
  readonly disabledBecause?: string;
}

/** What each subscriber's row has said, and when. */
export class SubscriberTimes {
  readonly #now: () => number;
  readonly #states = new Map<string, SubscriberState[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  changed({ sk: id, before, after }: RowChange): void {
    if (before?.['config']?.S === after?.['config']?.S && before !== undefined) return;
    const states = this.#states.get(id) ?? [];
    this.#states.set(id, states);
    const isThere = after !== undefined;
    states.push({ from: this.#now(), config: configOf(after?.['config']?.S), isThere });
  }

  /** All that held at some moment of a time, its ends included. */
  during(id: string, from: number, until: number): readonly SubscriberState[] {
    const states = this.#states.get(id) ?? [];
    return states.filter(
      (state, index) =>
        state.from <= until && (states[index + 1]?.from ?? Number.POSITIVE_INFINITY) >= from,
    );
  }

  last(id: string): SubscriberState | undefined {
    return this.#states.get(id)?.at(-1);
  }
}

export const UNREADABLE = 'no JSON of a subscriber';

function configOf(text: string | undefined): Config | undefined {
  return text === undefined || text === UNREADABLE ? undefined : JSON.parse(text);
}
