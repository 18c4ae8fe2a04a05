import { isWhole } from '../shared/json/checks.ts';
import { readVersioned, writeVersioned } from '../shared/json/versioned.ts';

/** Numbers by name, of which none is 0: `state.<variant>.<step>.<state>`, … */
export type Counts = Readonly<Record<string, number>>;

type Count = readonly [name: readonly (string | number)[], count: number];

export function countsOf(counts: readonly Count[]): Counts {
  const named = counts.filter(([, count]) => count !== 0);
  return Object.fromEntries(named.map(([name, count]) => [name.join('.'), count]));
}

export function addCounts(all: readonly Counts[]): Counts {
  const sums = new Map<string, number>();
  for (const [name, count] of all.flatMap((counts) => Object.entries(counts))) {
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return countsOf([...sums].map(([name, count]) => [[name], count]));
}

const KEPT = { what: 'counts', version: 1 };

export function writeCounts(counts: Counts): string {
  return writeVersioned(KEPT, { counts });
}

/** Throws on what `writeCounts` did not write. */
export function readCounts(text: string): Counts {
  const { counts }: { counts?: unknown } = readVersioned(KEPT, text);
  return asCounts(counts);
}

export function asCounts(value: unknown): Counts {
  const entries = Object.entries(Object(value));
  return Object.fromEntries(entries.map(([name, count]) => [name, wholeOf(name, count)]));
}

function wholeOf(name: string, count: unknown): number {
  if (typeof count === 'number' && isWhole(count)) return count;
  throw new Error(`no count of ${name}`);
}
