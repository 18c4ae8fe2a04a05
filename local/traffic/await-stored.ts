import { setTimeout as sleep } from 'node:timers/promises';
import type { ExpectedEvent } from './expected.ts';

/** Events that one look while waiting asks for: one request's worth. */
const TAIL = 100;
const PAUSE_MS = 200;

/** Those of the events that are stored. */
export type Find = (events: readonly ExpectedEvent[]) => Promise<readonly ExpectedEvent[]>;

export interface AwaitOptions {
  /** Gives up after so long without one more event stored. */
  readonly patienceMs: number;
  /**
   * Time between two looks that find something missing.
   *
   * @default 200
   */
  readonly pauseMs?: number;
  readonly onProgress?: (stored: number) => void;
}

export interface Awaited {
  readonly missing: readonly ExpectedEvent[];
  /** By `performance.now()`; right to within one pause. */
  readonly lastStoredMs: number;
}

/**
 * Waits until the table holds all events.
 *
 * Looks at those sent last, and at the others once these are there: a look at everything again and
 * again would slow down what it measures.
 */
export async function awaitStored(
  events: readonly ExpectedEvent[],
  find: Find,
  { patienceMs, pauseMs = PAUSE_MS, onProgress }: AwaitOptions,
): Promise<Awaited> {
  const missing = [...events];
  let progressMs = performance.now();
  let lastStoredMs = progressMs;
  let hasWaited = false;
  while (missing.length > 0) {
    const tail = missing.splice(-TAIL);
    const found = new Set(await find(tail));
    missing.push(...tail.filter((event) => !found.has(event)));
    onProgress?.(events.length - missing.length);
    const nowMs = performance.now();
    if (found.size > 0) progressMs = nowMs;
    if (found.size > 0 && hasWaited) lastStoredMs = nowMs;
    hasWaited = found.size < tail.length;
    if (nowMs - progressMs > patienceMs)
      return { missing: await stillMissing(missing, find), lastStoredMs };
    if (hasWaited) await sleep(pauseMs);
  }
  return { missing: [], lastStoredMs };
}

async function stillMissing(
  events: readonly ExpectedEvent[],
  find: Find,
): Promise<ExpectedEvent[]> {
  const found = new Set(await find(events));
  return events.filter((event) => !found.has(event));
}
