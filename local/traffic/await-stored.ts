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
 * again would slow down what it measures. What was sent before those may still be on its way when
 * nothing more of them is stored, so all are looked at before it gives up.
 */
export async function awaitStored(
  events: readonly ExpectedEvent[],
  find: Find,
  options: AwaitOptions,
): Promise<Awaited> {
  let awaited: Awaited = { missing: events, lastStoredMs: performance.now() };
  for (let before = Infinity; awaited.missing.length < before; ) {
    before = awaited.missing.length;
    awaited = await awaitLast(awaited, events.length, find, options);
  }
  return awaited;
}

/** Gives up when nothing more is stored of what was sent last. */
async function awaitLast(
  { missing: wanted, ...awaited }: Awaited,
  count: number,
  find: Find,
  { patienceMs, pauseMs = PAUSE_MS, onProgress }: AwaitOptions,
): Promise<Awaited> {
  const missing = [...wanted];
  let { lastStoredMs } = awaited;
  let progressMs = performance.now();
  let hasWaited = wanted.length < count;
  while (missing.length > 0) {
    const tail = missing.splice(-TAIL);
    const found = new Set(await find(tail));
    missing.push(...tail.filter((event) => !found.has(event)));
    onProgress?.(count - missing.length);
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
