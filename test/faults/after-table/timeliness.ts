import { MINUTE_MS, type Span, START_MS } from '../schedule.ts';
import type { Told } from './delivery-ledger.ts';
import { SWITCH_MS } from './mappings.ts';
import type { PlannedUpdate } from './planned-updates.ts';
import type { SimulatedSubscriber } from './subscribers.ts';
import type { AfterTableWorld } from './world.ts';

/**
 * Until a mapping is on again: a switch that is under way, a run of the prober or two, as it may have
 * crashed, and the switch.
 */
const BACK_MS = 2 * SWITCH_MS + 3 * MINUTE_MS;

/** Some time in which nothing, or not everything, can go out. Times in ms since 1970. */
interface Trouble {
  readonly from: number;
  readonly until: number;
  /** By when all that it held up is out. */
  readonly overAt: number;
}

/** By when all has to be out that goes out in time, in ms since 1970. */
export function allDueAt(
  subscribers: readonly SimulatedSubscriber[],
  planned: readonly PlannedUpdate[],
): number {
  const ends = subscribers.flatMap((one) => troublesOf(one).map(({ overAt }) => overAt));
  const written = planned.map(({ atMs }) => START_MS + atMs);
  return Math.max(...ends, ...written) + 2 * MINUTE_MS;
}

/**
 * Checks that whoever is well has each event within a minute, whatever others do; and what waited through
 * an outage of N minutes within 2 N more, and the time that a switch takes.
 */
export function checkTimeliness(world: AfterTableWorld): void {
  for (const receiver of world.subscribers) {
    // Whoever takes eight seconds for each event of a group is not at half load.
    if (receiver.spec.manner === 'slow' || receiver.spec.goneAtMs !== undefined) continue;
    const troubles = troublesOf(receiver);
    for (const [what, told] of world.ledger.told) {
      if (!isExpected(receiver, what, told, world)) continue;
      const dueAt = dueTime(told.writtenAt, troubles);
      const at = world.ledger.receivedAt(receiver, what) ?? Number.POSITIVE_INFINITY;
      if (at <= dueAt) continue;
      const [late, wait] = [at - dueAt, dueAt - told.writtenAt].map((ms) => Math.round(ms / 1000));
      world.ledger.violate(`3: ${what} comes to ${receiver.id} ${late} s later than in ${wait} s`);
    }
  }
}

/** In its group nothing is refused. */
function isExpected(
  receiver: SimulatedSubscriber,
  what: string,
  told: Told,
  { ledger }: AfterTableWorld,
): boolean {
  const { refusedContact, refusalIsFinal, flaps } = receiver.spec;
  const isRefused = refusedContact !== undefined && ledger.isOf(what, refusedContact);
  const isGivenUp = refusalIsFinal && flaps.some(({ kind }) => kind === 'refuses-all');
  return !isRefused && !isGivenUp && ledger.isOwed(receiver, what, told);
}

function troublesOf({ spec }: SimulatedSubscriber): readonly Trouble[] {
  const { flaps, pauses, unreadable } = spec;
  const spans = [...flaps, ...pauses, ...(unreadable === undefined ? [] : [unreadable])];
  const merged: Trouble[] = [];
  for (const span of spans.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const { from, until } = timesOf(span);
    const last = merged.at(-1);
    if (last !== undefined && from <= last.overAt) {
      merged[merged.length - 1] = trouble(last.from, Math.max(last.until, until));
    } else merged.push(trouble(from, until));
  }
  return merged;
}

function timesOf({ fromMs, durationMs }: Span) {
  return { from: START_MS + fromMs, until: START_MS + fromMs + durationMs };
}

function trouble(from: number, until: number): Trouble {
  return { from, until, overAt: until + 2 * (until - from) + BACK_MS };
}

function dueTime(writtenAt: number, troubles: readonly Trouble[]): number {
  const dueAt = writtenAt + MINUTE_MS;
  const met = troubles.find(({ from, overAt }) => from <= dueAt && overAt > writtenAt);
  return met === undefined ? dueAt : Math.max(dueAt, met.overAt);
}
