import { setFlagsFromString } from 'node:v8';
import { createContext, runInNewContext, Script } from 'node:vm';
import { LENGTHS, type Shape } from './hostile-texts.ts';

type Run = (text: string) => unknown;

/**
 * What doubling a text may cost. What is quadratic costs four times as much, and takes minutes for a
 * megabyte; what the engine makes room for costs a little more than twice.
 */
const MAX_GROWTH = 3.3;
const MAX_ROUNDS = 12;
/** Less than what the clock can tell is no growth: what is quadratic takes minutes for a megabyte. */
const LEAST_MICROSECONDS = 20_000;
/** By the clock on the wall, on a machine that may have more to do. */
const LONGEST_MS = 15_000;

export interface Texts {
  readonly short: string;
  readonly long: string;
}

export function textsOf(shape: Shape): Texts {
  return { short: flat(shape(LENGTHS.short)), long: flat(shape(LENGTHS.long)) };
}

/** In one piece: what is put together of pieces is copied when it is read for the first time. */
function flat(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/**
 * How many times the CPU twice the text takes. The least of several tries, as other work only adds:
 * what others left to be collected among it, on a machine that is short of room.
 */
export function growth(run: Run, { short, long }: Texts): number {
  let least = cpuMicroseconds(run, short);
  if (least === LEAST_MICROSECONDS) return 1;
  let leastOfLong = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MAX_ROUNDS && Number.isFinite(least); round += 1) {
    leastOfLong = Math.min(leastOfLong, cpuMicroseconds(run, long));
    if (leastOfLong / least <= MAX_GROWTH) return leastOfLong / least;
    collectGarbage();
    least = Math.min(least, cpuMicroseconds(run, short));
    collectGarbage();
  }
  return Number.isFinite(least) ? leastOfLong / least : least;
}

/** What to say of somebody whose time grows by more than the text. */
export function tooMuch(name: string, times: number): string[] {
  return times > MAX_GROWTH
    ? [`${name}: ${times.toFixed(1)} times the CPU for twice the text`]
    : [];
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const context = createContext({});
const script = new Script('run(text)');

/** CPU of one run; infinite where it has to be ended. */
export function cpuMicroseconds(run: Run, text: string, longestMs = LONGEST_MS): number {
  Object.assign(context, { run, text });
  const before = process.threadCpuUsage();
  try {
    script.runInContext(context, { timeout: longestMs });
  } catch (error) {
    if (isTimeout(error)) return Number.POSITIVE_INFINITY;
    throw error;
  }
  const { user, system } = process.threadCpuUsage(before);
  return Math.max(user + system, LEAST_MICROSECONDS);
}

/** It is an error of the other context's. */
function isTimeout(error: unknown): boolean {
  const timeout = 'ERR_SCRIPT_EXECUTION_TIMEOUT';
  return typeof error === 'object' && error !== null && 'code' in error && error.code === timeout;
}
