import { ATTRIBUTES } from '../../lambda/table/keys.ts';
import type { Row } from './event-table-emulator.ts';

const KB = 1024;

/** Bytes of a row as DynamoDB bills them: names, texts, and numbers by their digits. */
export function rowBytes(row: Row): number {
  return Object.entries(row).reduce((sum, [name, { S, N }]) => {
    const value = S === undefined ? Math.ceil((N ?? '').length / 2) + 1 : Buffer.byteLength(S);
    return sum + Buffer.byteLength(name) + value;
  }, 0);
}

const INDEX_KEYS = [
  [ATTRIBUTES.partitionKey, ATTRIBUTES.at],
  [ATTRIBUTES.timelinePk, ATTRIBUTES.timelineAt],
] as const;

/** Write units of one write: those of the row, and one an index entry removed or added. */
export function writeUnits(before: Row | undefined, after: Row): number {
  const bytes = Math.max(rowBytes(after), rowBytes(before ?? {}));
  return (
    Math.ceil(bytes / KB) + INDEX_KEYS.reduce((sum, key) => sum + entryUnits(before, after, key), 0)
  );
}

function entryUnits(before: Row | undefined, after: Row, key: readonly string[]): number {
  const [old, current] = [before ?? {}, after].map((row) => key.map((name) => row[name]?.S));
  if (JSON.stringify(old) === JSON.stringify(current)) return 0;
  return [old, current].filter((entry) => entry?.every((part) => part !== undefined)).length;
}
