// biome-ignore lint/style/noProcessEnv: for longer runs by hand.
const { HOSTILE_RUNS, HOSTILE_SEED = '20261122', HOSTILE_SHAPES } = process.env;

/**
 * Parameters of a property that takes inputs of strangers: the same inputs each time.
 *
 * `HOSTILE_RUNS=100000 HOSTILE_SEED=1 npx vitest run test/hostile` looks further.
 */
export function hostileRuns(usually: number) {
  const numRuns = Number(HOSTILE_RUNS ?? usually);
  return {
    parameters: { numRuns, seed: Number(HOSTILE_SEED), interruptAfterTimeLimit: 3_600_000 },
    timeout: Math.max(60_000, numRuns * 40),
  };
}

/** One in so many of all pairs of a text and what reads it. */
const SHARE = 6;

/**
 * What goes with the n-th of others: in turns, so that each text is read, and whatever reads gets some.
 *
 * `HOSTILE_SHAPES=all npx vitest run test/hostile/patterns.test.ts test/hostile/outside-text.test.ts` takes
 * all with all, as CI does.
 */
export function inTurns<T>(n: number, all: readonly T[]): readonly T[] {
  return HOSTILE_SHAPES === 'all' ? all : all.filter((_, index) => (index + n) % SHARE === 0);
}

/** As many of them as it takes for each of all to have its turn; all where all are asked for. */
export function ordinary<T>(all: readonly T[]): readonly T[] {
  return HOSTILE_SHAPES === 'all' ? all : all.slice(0, SHARE);
}
