import { sideBySide } from './side-by-side.ts';

/** A group that a failure stopped. */
export interface HaltedGroup<T> {
  /** The item that failed and, untried, those behind it in its group. */
  readonly items: readonly [T, ...T[]];
  readonly error: unknown;
}

/**
 * Runs items group by group: groups side by side, each group in order.
 *
 * A failure stops its own group only, so that a later item never overtakes an earlier one. Returns
 * the groups that were stopped, each with what is left of it.
 *
 * @param atOnce groups under way at most. @default all
 */
export async function runInGroupOrder<T>(
  items: readonly T[],
  groupOf: (item: T) => string,
  run: (item: T) => Promise<void>,
  atOnce = items.length,
): Promise<readonly HaltedGroup<T>[]> {
  const halted: HaltedGroup<T>[] = [];
  await sideBySide(Map.groupBy(items, groupOf).values(), atOnce, async (group) => {
    const stopped = await runInOrder(group, run);
    if (stopped !== undefined) halted.push(stopped);
  });
  return halted;
}

async function runInOrder<T>(
  group: readonly T[],
  run: (item: T) => Promise<void>,
): Promise<HaltedGroup<T> | undefined> {
  for (const [index, item] of group.entries()) {
    try {
      await run(item);
    } catch (error) {
      return { items: [item, ...group.slice(index + 1)], error };
    }
  }
  return undefined;
}
