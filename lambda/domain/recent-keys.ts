/** What is already done, so that it need not be done again soon. */
export interface RecentKeys {
  readonly has: (key: string, nowMs: number) => boolean;
  readonly add: (key: string, nowMs: number) => void;
}

/** Remembers keys for so long, and the most recently used ones only. */
export function recentKeys(capacity: number, maxAgeMs: number): RecentKeys {
  const addedAt = new Map<string, number>();
  const put = (key: string, time: number) => {
    addedAt.delete(key);
    addedAt.set(key, time);
  };
  return {
    has: (key, nowMs) => {
      const time = addedAt.get(key);
      if (time === undefined || nowMs - time >= maxAgeMs) return false;
      put(key, time);
      return true;
    },
    add: (key, nowMs) => {
      put(key, nowMs);
      const [oldest] = addedAt.keys();
      if (addedAt.size > capacity && oldest !== undefined) addedAt.delete(oldest);
    },
  };
}
