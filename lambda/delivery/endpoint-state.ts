import type { Subscriber } from './subscriber.ts';

/** How an endpoint fares, and what delivers to it: kept beside its subscriber. All times in ms since 1970. */
export interface EndpointState {
  /** Tries since its last answer to which none came, and the time of the first of them. */
  readonly failures: number;
  readonly failingSince: number | undefined;
  /** Since when nobody but the prober tries it. */
  readonly downSince: number | undefined;
  /** Until when it asked to be left alone. */
  readonly slowUntil: number | undefined;
  /** Since when something has been waiting longer than the way takes, as the prober saw it. */
  readonly waitingSince: number | undefined;
  /** When the oldest of a batch was sent that had waited for long, and when the deliverer saw that batch. */
  readonly behindSince: number | undefined;
  readonly behindSeenAt: number | undefined;
  /** The event source mapping of its queue; undefined where that is still to be made. */
  readonly mappingId: string | undefined;
  /** When somebody last said that it reads what it gets; undefined where nobody has to. */
  readonly listenedAt: number | undefined;
}

const FAILURES_OF_DEAD = 10;
const FAILING_MS_OF_DEAD = 30_000;

/** Whether an endpoint counts as dead: so many tries without an answer, and not all in one bad moment. */
export function isDead(failures: number, failingSince: number, nowMs: number): boolean {
  return failures >= FAILURES_OF_DEAD && nowMs - failingSince >= FAILING_MS_OF_DEAD;
}

const LISTENER_MS = 24 * 3_600_000;

/** Whether nobody has listened for so long that what is kept for it helps nobody. */
export function isUnheard(
  { listenedAt }: Pick<EndpointState, 'listenedAt'>,
  nowMs: number,
): boolean {
  return listenedAt !== undefined && nowMs - listenedAt >= LISTENER_MS;
}

/** Why nothing goes out for now, and after how many seconds to look again. */
export interface Hold {
  readonly fault: 'paused' | 'endpoint-down' | 'slowed';
  readonly delaySeconds: number;
}

/** Soon enough that a short pause is no long one; receives are no tries, and cost next to nothing. */
const NEXT_LOOK_SECONDS = 4;

/** Who asked for an hour may be well sooner: a resume, or a new URL, holds for what is hidden by then. */
const LONGEST_LOOK_SECONDS = 20;

/** What holds deliveries back, if anything does. */
export function holdOf(
  { isPaused }: Pick<Subscriber, 'isPaused'>,
  { downSince, slowUntil = 0 }: Pick<EndpointState, 'downSince' | 'slowUntil'>,
  nowMs: number,
): Hold | undefined {
  if (isPaused) return { fault: 'paused', delaySeconds: NEXT_LOOK_SECONDS };
  if (downSince !== undefined) return { fault: 'endpoint-down', delaySeconds: NEXT_LOOK_SECONDS };
  if (slowUntil <= nowMs) return undefined;
  const leftSeconds = Math.ceil((slowUntil - nowMs) / 1000);
  return { fault: 'slowed', delaySeconds: Math.min(leftSeconds, LONGEST_LOOK_SECONDS) };
}

/** Whether the queue is to be read by its mapping: else its messages wait, and nobody pays for asking. */
export function isToBeRead(
  { isPaused, disabledBecause }: Pick<Subscriber, 'isPaused' | 'disabledBecause'>,
  { downSince }: Pick<EndpointState, 'downSince'>,
): boolean {
  // What is left for an endpoint that is gone is dropped by whoever reads it.
  if (disabledBecause !== undefined) return true;
  return !isPaused && downSince === undefined;
}

/** The least that Lambda takes as a mapping's maximum. */
const LEAST_FUNCTIONS = 2;

/**
 * What one function delivers side by side at most. A batch has up to ten groups, but where much waits SQS fills it
 * with as few as it can, and each of these goes out one after another: more functions with less each
 * then have more under way, and no more than a subscriber says where nothing waits.
 */
const MOST_SIDE_BY_SIDE = 5;

export interface Concurrency {
  /** `MaximumConcurrency` of the mapping. */
  readonly functions: number;
  /** Groups of its batch that each function delivers side by side. */
  readonly sideBySide: number;
}

/**
 * How many deliver to a subscriber at once: never more deliveries under way than it says.
 *
 * @param functions where it says nothing
 */
export function concurrencyOf(
  { concurrency }: Pick<Subscriber, 'concurrency'>,
  functions: number,
): Concurrency {
  if (concurrency === undefined) return { functions, sideBySide: MOST_SIDE_BY_SIDE };
  const most = Math.max(LEAST_FUNCTIONS, Math.ceil(concurrency / MOST_SIDE_BY_SIDE));
  return { functions: most, sideBySide: Math.max(1, Math.floor(concurrency / most)) };
}

/** What is wanted of the mapping that reads a queue. */
export interface MappingSettings {
  readonly isOn: boolean;
  /** `MaximumConcurrency`. */
  readonly functions: number;
}

/**
 * How a subscriber's queue is to be read.
 *
 * @param functions where it says nothing
 */
export function mappingSettings(
  subscriber: Pick<Subscriber, 'isPaused' | 'disabledBecause' | 'concurrency'>,
  state: Pick<EndpointState, 'downSince'>,
  functions: number,
): MappingSettings {
  return {
    isOn: isToBeRead(subscriber, state),
    functions: concurrencyOf(subscriber, functions).functions,
  };
}
