// biome-ignore lint/style/noProcessEnv: for longer runs, as CI has them.
const { FAULTS_RUNS } = process.env;

/**
 * Whether simulations run as often as it takes to meet rare schedules, and by the SDK's own clients.
 *
 * `FAULTS_RUNS=all npx vitest run test/faults`, as CI does; an ordinary run has a part of it, by stand-ins.
 */
export const IS_WHOLE = FAULTS_RUNS === 'all';
