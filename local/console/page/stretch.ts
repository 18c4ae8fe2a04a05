/** Some of a list, the newest first, and where the next older ones are. */
export interface Stretch<One> {
  readonly entries: readonly One[];
  readonly nextCursor: string | null;
}

/**
 * A list that somebody went back in, with its newest part as it is now.
 *
 * Where the newest part has nothing of what was known, too much came at once to know what stands between: then it
 * begins anew.
 */
export function withNewest<One extends { readonly id: string }>(
  known: Stretch<One> | undefined,
  newest: Stretch<One>,
): Stretch<One> {
  if (known === undefined) return newest;
  const ids = new Set(newest.entries.map(({ id }) => id));
  const rest = known.entries.filter(({ id }) => !ids.has(id));
  if (rest.length === known.entries.length && rest.length > 0) return newest;
  return { entries: [...newest.entries, ...rest], nextCursor: known.nextCursor };
}

/** The same, with what stands before it. */
export function withOlder<One extends { readonly id: string }>(
  known: Stretch<One>,
  older: Stretch<One>,
): Stretch<One> {
  const ids = new Set(known.entries.map(({ id }) => id));
  const before = older.entries.filter(({ id }) => !ids.has(id));
  return { entries: [...known.entries, ...before], nextCursor: older.nextCursor };
}
