import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runInGroupOrder } from '../../../lambda/shared/queue/group-order.ts';

interface Item {
  readonly n: number;
  readonly group: string;
  readonly fails: boolean;
  readonly ticks: number;
}

const aBatch: fc.Arbitrary<Item[]> = fc
  .array(
    fc.record({
      group: fc.constantFrom('a', 'b', 'c', '__proto__'),
      fails: fc.boolean(),
      ticks: fc.nat(4),
    }),
    { maxLength: 30 },
  )
  .map((items) => items.map((item, n) => ({ n, ...item })));

const ofGroup = (items: readonly Item[], group: string) =>
  items.filter((item) => item.group === group);

async function runRecorded(items: readonly Item[]) {
  const started: Item[] = [];
  const running = new Set<string>();
  let overlapped = false;
  const halted = await runInGroupOrder(
    items,
    ({ group }) => group,
    async (item) => {
      started.push(item);
      overlapped ||= running.has(item.group);
      running.add(item.group);
      for (let tick = 0; tick < item.ticks; tick += 1) await Promise.resolve();
      running.delete(item.group);
      if (item.fails) throw new Error(String(item.n));
    },
  );
  return { started, overlapped, halted };
}

describe('runInGroupOrder', () => {
  test('runs each group in order up to its first failure, whatever other groups do', async () => {
    await fc.assert(
      fc.asyncProperty(aBatch, async (items) => {
        const { started, overlapped } = await runRecorded(items);

        expect(overlapped).toBe(false);
        for (const group of ['a', 'b', 'c', '__proto__']) {
          const all = ofGroup(items, group);
          const failure = all.findIndex(({ fails }) => fails);
          const expected = failure === -1 ? all : all.slice(0, failure + 1);
          expect(ofGroup(started, group)).toEqual(expected);
        }
      }),
    );
  });

  test('returns exactly the failed item of each stopped group and those behind it', async () => {
    await fc.assert(
      fc.asyncProperty(aBatch, async (items) => {
        const { halted } = await runRecorded(items);

        const returned = halted.flatMap((group) => group.items);
        const expected = items.filter(({ n, group }) =>
          ofGroup(items, group).some((item) => item.fails && item.n <= n),
        );
        expect(returned.toSorted((a, b) => a.n - b.n)).toEqual(expected);
      }),
    );
  });

  test('says of each stopped group what stopped it', async () => {
    await fc.assert(
      fc.asyncProperty(aBatch, async (items) => {
        const { halted } = await runRecorded(items);

        for (const { items: left, error } of halted) {
          expect(error).toEqual(new Error(String(left[0].n)));
          expect(new Set(left.map(({ group }) => group)).size).toBe(1);
        }
      }),
    );
  });

  test('runs groups side by side', async () => {
    const gate = Promise.withResolvers<void>();
    const run = (item: string) => {
      if (item === 'waits') return gate.promise;
      gate.resolve();
      return Promise.resolve();
    };

    const halted = await runInGroupOrder(['waits', 'opens'], (item) => item, run);

    expect(halted).toEqual([]);
  });
});
