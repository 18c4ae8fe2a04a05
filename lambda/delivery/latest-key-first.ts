interface Keyed {
  /** Sorts as text by time; no two have the same. */
  readonly key: string;
}

interface Head<T> {
  readonly rest: AsyncIterator<T>;
  next: IteratorResult<T>;
}

/**
 * Merges sources, each of which has its latest key first, into one that has.
 *
 * Each source is read no further than needed, all of them side by side for their first.
 */
export async function* latestKeyFirst<T extends Keyed>(
  sources: readonly AsyncIterable<T>[],
): AsyncGenerator<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const heads = await Promise.all(
    iterators.map(async (rest) => ({ rest, next: await rest.next() })),
  );
  for (let head = latestOf(heads); head !== undefined; head = latestOf(heads)) {
    if (head.next.done !== true) yield head.next.value;
    head.next = await head.rest.next();
  }
}

function latestOf<T extends Keyed>(heads: readonly Head<T>[]): Head<T> | undefined {
  let latest: { readonly head: Head<T>; readonly key: string } | undefined;
  for (const head of heads) {
    if (head.next.done === true) continue;
    const { key } = head.next.value;
    if (latest === undefined || key > latest.key) latest = { head, key };
  }
  return latest?.head;
}
