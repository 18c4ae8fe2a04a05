import { archiveLine, hourPrefix } from '../domain/archive-line.ts';
import type { RoutedEvent } from '../domain/delivery.ts';
import { sideBySide } from '../domain/side-by-side.ts';
import type { MetricName } from '../metric-names.ts';

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
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (message: string, fields: Readonly<Record<string, string>>) => void;
}

interface ArchiveObject {
  readonly key: string;
  readonly lines: string[];
}

/** Objects on their way at once: a redrive may bring events of many hours. */
const WRITES_AT_ONCE = 8;

/**
 * Writes the events that the changes tell into the archive: an object for each hour in which some of
 * them were received, named by the first of its changes. What cannot be read is set aside in the
 * archive, as it came.
 *
 * Rejects where anything is not written. The same changes make the same objects: a repetition
 * replaces what the try before it wrote.
 */
export async function archiveChanges(
  records: readonly ChangeRecord[],
  signal: AbortSignal,
  deps: ArchiverDeps,
): Promise<void> {
  const hours = new Map<string, ArchiveObject>();
  const unreadable: ArchiveObject[] = [];
  for (const record of records) {
    const lines = readLines(record);
    if (lines === undefined) unreadable.push(setAside(record, deps));
    for (const { prefix, line } of lines ?? []) {
      const object = hours.get(prefix) ?? { key: objectKey(prefix, record), lines: [] };
      hours.set(prefix, object);
      object.lines.push(line);
    }
  }
  const objects = [...hours.values(), ...unreadable];
  await sideBySide(objects, WRITES_AT_ONCE, ({ key, lines }) => deps.store(key, lines, signal));
  const archived = hours.values().reduce((sum, { lines }) => sum + lines.length, 0);
  deps.count('EventArchived', archived);
}

/** Undefined where a retry would find the record as unreadable as this try. */
function readLines(record: ChangeRecord) {
  try {
    return record.events().map((event) => ({
      prefix: hourPrefix(event.receivedAt),
      line: archiveLine(event),
    }));
  } catch {
    return undefined;
  }
}

function setAside(record: ChangeRecord, { count, warn }: ArchiverDeps): ArchiveObject {
  const { sequenceNumber, source } = record;
  count('RecordUnreadable');
  warn('Record set aside', { sequenceNumber });
  return { key: objectKey('unreadable/', record), lines: [JSON.stringify(source)] };
}

/** Sequence numbers are one shard's; ids are sure to differ. */
function objectKey(prefix: string, { source, sequenceNumber }: ChangeRecord): string {
  return `${prefix}${sequenceNumber}-${source.eventID}.ndjson.gz`;
}
