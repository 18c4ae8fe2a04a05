/**
 * Runs a step for each of many things, so many at once, taking one after another.
 *
 * After a failure no more are begun. Rejects with the first one, once all that were begun have ended.
 */
export async function sideBySide<T>(
  things: Iterable<T> | AsyncIterable<T>,
  atOnce: number,
  step: (thing: T) => Promise<void>,
): Promise<void> {
  const waiting = eachOf(things);
  const ended = await Promise.allSettled(
    Array.from({ length: atOnce }, async () => {
      // A lane that fails closes what all of them take from.
      for await (const thing of waiting) await step(thing);
    }),
  );
  const failure = ended.find((lane) => lane.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

async function* eachOf<T>(things: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* things;
}
