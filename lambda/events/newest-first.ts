/** Where a row stands in a timeline. */
export interface TimelineKey {
  readonly pk: string;
  readonly sk: string;
  /** Sorts as text by time. */
  readonly at: string;
}

/** A total order over all rows, so that a page can end and begin anywhere. */
export function positionOf({ at, sk, pk }: TimelineKey): string {
  return [at, sk, pk].join(' ');
}

/** The `at` of a position. */
export function timeOfPosition(position: string): string {
  return position.slice(0, position.indexOf(' '));
}

/**
 * Merges sources, each of which is sorted by `at`, newest first, into one sorted by position.
 *
 * Each source is read no further than needed. A row that moved from one source to another while they
 * were read comes once.
 */
export async function* mergeNewestFirst(
  sources: readonly AsyncIterable<TimelineKey>[],
): AsyncGenerator<TimelineKey> {
  const readers = sources.map((source) => inPositionOrder(source));
  const heads = await Promise.all(
    readers.map(async (reader) => ({ reader, head: await reader.next() })),
  );
  let last: string | undefined;
  for (;;) {
    const newest = newestOf(heads);
    if (newest === undefined || newest.head.done) return;
    const key = newest.head.value;
    if (positionOf(key) !== last) yield key;
    last = positionOf(key);
    newest.head = await newest.reader.next();
  }
}

interface Head {
  readonly reader: AsyncIterator<TimelineKey>;
  head: IteratorResult<TimelineKey>;
}

function newestOf(heads: readonly Head[]): Head | undefined {
  let newest: { head: Head; position: string } | undefined;
  for (const head of heads) {
    const position = head.head.done ? undefined : positionOf(head.head.value);
    if (position !== undefined && (newest === undefined || position > newest.position)) {
      newest = { head, position };
    }
  }
  return newest?.head;
}

/** DynamoDB leaves the order of equal sort keys open: such a run is read whole, and sorted. */
async function* inPositionOrder(keys: AsyncIterable<TimelineKey>): AsyncGenerator<TimelineKey> {
  let run: TimelineKey[] = [];
  for await (const key of keys) {
    if (run[0] !== undefined && run[0].at !== key.at) {
      yield* newestPositionFirst(run);
      run = [];
    }
    run.push(key);
  }
  yield* newestPositionFirst(run);
}

function newestPositionFirst(run: readonly TimelineKey[]): TimelineKey[] {
  return run.toSorted((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1));
}

/** The next so many keys, or as many as are left. Leaves the rest to be taken later. */
export async function take(
  keys: AsyncGenerator<TimelineKey>,
  count: number,
): Promise<TimelineKey[]> {
  const taken: TimelineKey[] = [];
  while (taken.length < count) {
    const next = await keys.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}
