import { createHash } from 'node:crypto';

/** Numbers in [0, 1). */
export type Random = () => number;

/** The same numbers for the same seed, on every machine (sfc32). */
export function seededRandom(seed: number, purpose: string): Random {
  const state = createHash('sha256').update(`${seed} ${purpose}`).digest();
  let a = state.readUInt32LE(0);
  let b = state.readUInt32LE(4);
  let c = state.readUInt32LE(8);
  let counter = 1;
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}

export function integerBelow(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function pick<const T extends readonly [unknown, ...unknown[]]>(
  random: Random,
  items: T,
): T[number] {
  return items[integerBelow(random, items.length)] ?? items[0];
}

/** `count` characters out of `alphabet`. */
export function characters(random: Random, alphabet: string, count: number): string {
  return Array.from({ length: count }, () => alphabet[integerBelow(random, alphabet.length)]).join(
    '',
  );
}

export function digits(random: Random, count: number): string {
  return characters(random, '0123456789', count);
}

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
