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
