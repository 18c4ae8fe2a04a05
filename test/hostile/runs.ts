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

/** Of all pairs of a shape of text and what reads it, how many an ordinary run leaves out between two. */
const SHARE = 6;

/**
 * What is to read the n-th shape of a text: in turns, so that each reads some and each shape is read.
 *
 * `HOSTILE_SHAPES=all npx vitest run test/hostile` has each read all, as CI does.
 */
export function inTurns<T>(n: number, readers: readonly T[]): readonly T[] {
  return HOSTILE_SHAPES === 'all'
    ? readers
    : readers.filter((_, index) => (index + n) % SHARE === 0);
}
