// biome-ignore lint/style/noProcessEnv: for longer runs by hand.
const { HOSTILE_RUNS, HOSTILE_SEED = '20261122' } = process.env;

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
