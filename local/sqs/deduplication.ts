import type { Shelf } from '../keep/keep.ts';

const WINDOW_MS = 5 * 60_000;

export interface Remembered<Value> {
  readonly until: number;
  readonly value: Value;
}

/** Remembers what was sent in the last five minutes, counted from the first send. */
export class DeduplicationWindow<Value> {
  readonly #recent: Map<string, Remembered<Value>>;
  readonly #shelf: Shelf<Remembered<Value>>;

  constructor(shelf: Shelf<Remembered<Value>>) {
    this.#shelf = shelf;
    this.#recent = new Map(shelf.entries().toSorted(([, a], [, b]) => a.until - b.until));
  }

  find(key: string, now: number): Value | undefined {
    for (const [old, { until }] of this.#recent) {
      if (until > now) break;
      this.#recent.delete(old);
      this.#shelf.remove(old);
    }
    return this.#recent.get(key)?.value;
  }

  remember(key: string, value: Value, now: number): void {
    const remembered = { until: now + WINDOW_MS, value };
    this.#recent.set(key, remembered);
    this.#shelf.put(key, remembered);
  }

  /** Keeps nothing any more. */
  forget(): void {
    this.#shelf.clear();
  }
}
