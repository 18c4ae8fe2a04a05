import type { Row } from './table-expressions.ts';

/** By which queries name a partition: the table's own, and that of an index. */
const PARTITION_KEYS = ['pk', 'timelinePk'] as const;

/** Rows by their keys, and those of a partition without a look at all others. */
export class PartitionedRows extends Map<string, Row> {
  readonly #partitions = new Map<string, Map<string, Row>>();

  override set(key: string, row: Row): this {
    this.#leave(key, row);
    for (const name of partitionsOf(row)) {
      const partition = this.#partitions.get(name) ?? new Map();
      this.#partitions.set(name, partition.set(key, row));
    }
    return super.set(key, row);
  }

  override delete(key: string): boolean {
    this.#leave(key);
    return super.delete(key);
  }

  /** Those whose attribute has the value. */
  within(attribute: string, value: string): Iterable<[string, Row]> {
    if (!PARTITION_KEYS.some((known) => known === attribute)) {
      throw new Error(`the table does not know partitions by ${attribute}`);
    }
    return this.#partitions.get(nameOf(attribute, value)) ?? [];
  }

  /** A row goes out of the partitions that it is not in any more. */
  #leave(key: string, next: Row = {}): void {
    const left = new Set(partitionsOf(this.get(key) ?? {})).difference(new Set(partitionsOf(next)));
    for (const name of left) this.#partitions.get(name)?.delete(key);
  }
}

function partitionsOf(row: Row): string[] {
  return PARTITION_KEYS.flatMap((attribute) => {
    const value = row[attribute]?.S;
    return value === undefined ? [] : [nameOf(attribute, value)];
  });
}

function nameOf(attribute: string, value: string): string {
  return `${attribute}\n${value}`;
}
