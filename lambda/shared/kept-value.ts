interface Keeping<T> {
  /** A value that is not worth keeping is read again each time. @default all are */
  readonly isKept?: (value: T) => boolean;
}

/** Values that are read again only when what was read is older than that, each by its key. */
export interface KeptValues<T> {
  /** @param atMs when it has to be fresh still, in ms since 1970. @default now */
  readonly get: (key: string, signal: AbortSignal, atMs?: number) => Promise<T>;
  /** Lets it be read again: it was changed. */
  readonly forget: (key: string) => void;
}

/**
 * Whoever asks while one is read waits for the same read. What fails is not kept, and where it was given up
 * by whoever began it, the others read it themselves.
 */
export function keptValues<T>(
  read: (key: string, signal: AbortSignal) => Promise<T>,
  maxAgeMs: number,
  now: () => number,
  { isKept = () => true }: Keeping<T> = {},
): KeptValues<T> {
  const kept = new Map<string, Kept<T>>();

  function get(key: string, signal: AbortSignal, atMs = now()): Promise<T> {
    const known = kept.get(key);
    if (known !== undefined && atMs < known.until) {
      return known.promise.catch((error: unknown) => {
        if (!known.signal.aborted || signal.aborted) throw error;
        return get(key, signal, atMs);
      });
    }
    // Counted from before it is read: what is read is no older than that.
    const until = now() + maxAgeMs;
    const promise = read(key, signal);
    kept.set(key, { promise, signal, until });
    const drop = () => {
      if (kept.get(key)?.promise === promise) kept.delete(key);
    };
    promise.then((value) => isKept(value) || drop(), drop);
    return promise;
  }

  return { get, forget: (key) => void kept.delete(key) };
}

interface Kept<T> {
  readonly promise: Promise<T>;
  /** Of whoever began the read. */
  readonly signal: AbortSignal;
  readonly until: number;
}

/** One value, likewise. */
export function keptValue<T>(
  read: (signal: AbortSignal) => Promise<T>,
  maxAgeMs: number,
  now: () => number,
): (signal: AbortSignal) => Promise<T> {
  const { get } = keptValues((_, signal) => read(signal), maxAgeMs, now);
  return (signal) => get('', signal);
}
