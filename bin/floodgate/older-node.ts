/**
 * What Node.js 20 lacks of JavaScript, for the package of the command, which runs on whatever a machine has. Each as the
 * standard has it, as far as the command asks for it; where it is there, it stays.
 */
const LACKING: readonly (readonly [target: object, name: string, value: unknown])[] = [
  [Map, 'groupBy', mapGroupBy],
  [Array, 'fromAsync', arrayFromAsync],
  [Promise, 'withResolvers', promiseWithResolvers],
  [Set.prototype, 'difference', setDifference],
];

for (const [target, name, value] of LACKING) {
  if (name in target) continue;
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

function mapGroupBy<T, K>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
    index += 1;
  }
  return groups;
}

async function arrayFromAsync<T>(items: AsyncIterable<T> | Iterable<T | Promise<T>>) {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function promiseWithResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

function setDifference<T>(this: ReadonlySet<T>, other: { has: (item: T) => boolean }): Set<T> {
  return new Set([...this].filter((item) => !other.has(item)));
}
