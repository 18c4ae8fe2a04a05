/** What was found out lately, so that it need not be found out again soon. */
export interface RecentValues<T> {
  readonly get: (key: string, nowMs: number) => T | undefined;
  readonly set: (key: string, value: T, nowMs: number) => void;
}

/** Remembers values for so long, and the most recently used ones only. */
export function recentValues<T>(capacity: number, maxAgeMs: number): RecentValues<T> {
  const entries = new Map<string, { readonly value: T; readonly setAt: number }>();
  return {
    get: (key, nowMs) => {
      const entry = entries.get(key);
      if (entry === undefined || nowMs - entry.setAt >= maxAgeMs) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value, nowMs) => {
      entries.delete(key);
      entries.set(key, { value, setAt: nowMs });
      const [oldest] = entries.keys();
      if (entries.size > capacity && oldest !== undefined) entries.delete(oldest);
    },
  };
}
