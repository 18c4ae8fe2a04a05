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

/** Whoever asks while one is read waits for the same read. What fails is not kept. */
export function keptValues<T>(
  read: (key: string, signal: AbortSignal) => Promise<T>,
  maxAgeMs: number,
  now: () => number,
  { isKept = () => true }: Keeping<T> = {},
): KeptValues<T> {
  const kept = new Map<string, { readonly promise: Promise<T>; readonly until: number }>();
  return {
    get: (key, signal, atMs = now()) => {
      const known = kept.get(key);
      if (known !== undefined && atMs < known.until) return known.promise;
      const promise = read(key, signal);
      // Counted from before it is read: what is read is no older than that.
      kept.set(key, { promise, until: now() + maxAgeMs });
      const drop = () => {
        if (kept.get(key)?.promise === promise) kept.delete(key);
      };
      promise.then((value) => isKept(value) || drop(), drop);
      return promise;
    },
    forget: (key) => void kept.delete(key),
  };
}

/**
 * Reads a value again only when what was read is older than that.
 *
 * What fails is not kept.
 */
export function keptValue<T>(
  read: (signal: AbortSignal) => Promise<T>,
  maxAgeMs: number,
  now: () => number,
): (signal: AbortSignal) => Promise<T> {
  let kept: { readonly value: T; readonly readAt: number } | undefined;
  return async (signal) => {
    if (kept !== undefined && now() - kept.readAt < maxAgeMs) return kept.value;
    const readAt = now();
    const value = await read(signal);
    kept = { value, readAt };
    return value;
  };
}
