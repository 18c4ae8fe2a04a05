const WINDOW_MS = 5 * 60_000;

/** Remembers what was sent in the last five minutes, counted from the first send. */
export class DeduplicationWindow<Value> {
  readonly #recent = new Map<string, { readonly until: number; readonly value: Value }>();

  find(key: string, now: number): Value | undefined {
    for (const [old, { until }] of this.#recent) {
      if (until > now) break;
      this.#recent.delete(old);
    }
    return this.#recent.get(key)?.value;
  }

  remember(key: string, value: Value, now: number): void {
    this.#recent.set(key, { until: now + WINDOW_MS, value });
  }
}
