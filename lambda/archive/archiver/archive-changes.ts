import type { RoutedEvent } from '../../events/routed-event.ts';
import type { StoredForgetting } from '../../forgetting/forgettings-table.ts';
import { forgottenPeople } from '../../forgetting/known-person.ts';
import type { MetricName } from '../../metric-names.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import { archiveLine, hourPrefix } from '../line.ts';

/** A record of the table's change stream. */
export interface ChangeRecord {
  /** Grows within a shard. */
  readonly sequenceNumber: string;
  /** The events that it tells. Throws where it is nothing that a table of ours could say. */
  readonly events: () => readonly RoutedEvent[];
  /** As it came; its id is unique over all shards. */
  readonly source: { readonly eventID?: string | undefined };
}

export interface ArchiverDeps {
  /** Resolves once the archive holds the object; to store it again replaces it. */
  readonly store: (key: string, lines: readonly string[], signal: AbortSignal) => Promise<void>;
  /** Who is to be forgotten now, or was a short while ago. */
  readonly forgettings: (signal: AbortSignal) => Promise<readonly StoredForgetting[]>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (message: string, fields: Readonly<Record<string, string>>) => void;
}

/** What is kept of it may be nothing: it has its place all the same. */
interface ArchiveObject {
  readonly key: string;
  readonly events: RoutedEvent[];
}

/** The law gives a month. */
const OVERDUE_MS = 20 * 86_400_000;

/** Objects on their way at once: a redrive may bring events of many hours. */
const WRITES_AT_ONCE = 8;

/**
 * Writes the events that the changes tell into the archive: an object for each hour in which some of
 * them were received, named by the first of its changes. What cannot be read is set aside in the
 * archive, as it came. Events of whoever is to be forgotten are left out.
 *
 * Rejects where anything is not written. The same changes make objects of the same keys: a repetition
 * replaces what the try before it wrote.
 */
export async function archiveChanges(
  records: readonly ChangeRecord[],
  signal: AbortSignal,
  deps: ArchiverDeps,
): Promise<void> {
  const hours = new Map<string, ArchiveObject>();
  const unreadable: ChangeRecord[] = [];
  for (const record of records) {
    const told = readEvents(record);
    if (told === undefined) unreadable.push(record);
    for (const { prefix, event } of told ?? []) {
      const object = hours.get(prefix) ?? { key: objectKey(prefix, record), events: [] };
      hours.set(prefix, object);
      object.events.push(event);
    }
  }
  await sideBySide(unreadable, WRITES_AT_ONCE, (record) => setAside(record, signal, deps));
  deps.count('EventArchived', await storeHours([...hours.values()], signal, deps));
}

/**
 * Stores what is to be kept, and looks once more who is to be forgotten: somebody who was added
 * meanwhile would find the archive without these objects, and get them afterwards.
 */
async function storeHours(
  objects: readonly ArchiveObject[],
  signal: AbortSignal,
  deps: ArchiverDeps,
): Promise<number> {
  const known = await deps.forgettings(signal);
  countOverdue(known, deps);
  const { isTheirs } = await forgottenPeople(known.map(({ forgetting }) => forgetting));
  let kept = 0;
  await sideBySide(objects, WRITES_AT_ONCE, async ({ key, events }) => {
    const lines = events.filter((event) => !isTheirs(event)).map(archiveLine);
    kept += lines.length;
    await deps.store(key, lines, signal);
  });
  const latest = await deps.forgettings(signal);
  const keys = new Set(known.map(({ key }) => key));
  return latest.every(({ key }) => keys.has(key)) ? kept : storeHours(objects, signal, deps);
}

/** Nobody else comes by as often as this, to see that somebody waits to be forgotten. */
function countOverdue(known: readonly StoredForgetting[], { now, count }: ArchiverDeps): void {
  const overdue = known.filter(
    ({ isPending, forgetting }) => isPending && forgetting.until + OVERDUE_MS < now(),
  );
  if (overdue.length > 0) count('ForgettingOverdue', overdue.length);
}

/** Undefined where a retry would find the record as unreadable as this try. */
function readEvents(record: ChangeRecord) {
  try {
    return record.events().map((event) => ({ prefix: hourPrefix(event.receivedAt), event }));
  } catch {
    return undefined;
  }
}

async function setAside(
  record: ChangeRecord,
  signal: AbortSignal,
  { store, count, warn }: ArchiverDeps,
): Promise<void> {
  const { sequenceNumber, source } = record;
  await store(objectKey('unreadable/', record), [JSON.stringify(source)], signal);
  count('RecordUnarchived');
  warn('Record set aside', { sequenceNumber });
}

/** Sequence numbers are one shard's; ids are sure to differ. */
function objectKey(prefix: string, { source, sequenceNumber }: ChangeRecord): string {
  return `${prefix}${sequenceNumber}-${source.eventID}.ndjson.gz`;
}
