import { type Gap, partitionOf, timeOf } from '../../../lambda/changes/missed-changes.ts';
import type { Item } from '../../../lambda/table/stored-rows.ts';
import { type ScannedTable, scanEvents } from '../stack/scan-events.ts';

/**
 * The rows that may tell of events of a time, a partition at a time, each in the order of time.
 *
 * Reads the whole table, whose rows lie side by side by partition.
 */
export async function* missedPartitions(
  table: ScannedTable,
  { from, until }: Gap,
  signal: AbortSignal,
): AsyncIterable<readonly Item[]> {
  let partition: Item[] = [];
  for await (const { rows } of scanEvents(table, { from, to: until }, () => signal)) {
    for (const row of rows) {
      const [first] = partition;
      if (first !== undefined && partitionOf(first) !== partitionOf(row)) {
        yield inOrder(partition);
        partition = [];
      }
      partition.push(row);
    }
  }
  if (partition.length > 0) yield inOrder(partition);
}

function inOrder(rows: readonly Item[]): readonly Item[] {
  return rows.toSorted((one, other) => {
    const [time, otherTime] = [timeOf(one), timeOf(other)];
    if (time === otherTime) return 0;
    return time < otherTime ? -1 : 1;
  });
}
