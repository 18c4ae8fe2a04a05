import type { Subscriber } from './subscriber.ts';

const FIRST_SECONDS = 10;
const CAP_SECONDS = 3600;
const LONGEST_RETRY_AFTER_SECONDS = 6 * 3600;

/** How long a delivery is tried, unless its subscriber says otherwise. */
export const DEFAULT_RETRY_HOURS = 72;

/** A day before SQS deletes it, and more than any delay. */
const EXPIRING_MS = 13 * 86_400_000;

/** What an endpoint, or the way to it, said to a try that failed. */
export interface EndpointFault {
  /** Of an HTTP answer. */
  readonly status?: number;
  /** Whether it answered at all: 5xx say that nobody is there to do so. */
  readonly isAnswered: boolean;
  readonly retryAfterSeconds: number;
}

/** How a delivery has fared. Times in ms since 1970. */
export interface Fared {
  readonly firstTriedAt: number;
  readonly sentAt: number;
  /** Of the try that failed just now. */
  readonly atMs: number;
}

const MAY_CHANGE: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Whether a delivery that failed is given up: because of its answer or its time (`tried`), or because the
 * queue is about to delete it (`expiring`).
 */
export function isOver(
  { firstTriedAt, sentAt, atMs }: Fared,
  { status = 0 }: EndpointFault,
  {
    retryHours = DEFAULT_RETRY_HOURS,
    refusalIsFinal = false,
  }: Pick<Subscriber, 'retryHours' | 'refusalIsFinal'>,
): 'tried' | 'expiring' | undefined {
  const isRefused = status >= 400 && status < 500 && !MAY_CHANGE.has(status);
  if (isRefused && refusalIsFinal) return 'tried';
  if (atMs - firstTriedAt >= retryHours * 3_600_000) return 'tried';
  return atMs - sentAt >= EXPIRING_MS ? 'expiring' : undefined;
}

/** Whether a queue is about to delete what it took then. */
export function isExpiring(sentAt: number, nowMs: number): boolean {
  return nowMs - sentAt >= EXPIRING_MS;
}

/**
 * How long a delivery waits after so many tries: from 5 to 10 seconds, doubling up to an hour, spread
 * over half of it; longer where the endpoint asks for more, up to six hours.
 *
 * @param random from 0 up to 1
 */
export function deliveryDelaySeconds(tries: number, random: number, retryAfterSeconds = 0): number {
  const ceiling = Math.min(FIRST_SECONDS * 2 ** (tries - 1), CAP_SECONDS);
  const asked = Math.min(retryAfterSeconds, LONGEST_RETRY_AFTER_SECONDS);
  return Math.round(Math.max((ceiling / 2) * (1 + random), asked));
}

const TOO_MANY = 429;
const UNAVAILABLE = 503;

/** For how long an answer asks that all of a subscriber's deliveries wait: an hour at most, 0 for none. */
export function slowsSeconds({ status, retryAfterSeconds }: EndpointFault): number {
  if (status === TOO_MANY) return Math.min(Math.max(retryAfterSeconds, 1), CAP_SECONDS);
  return status === UNAVAILABLE ? Math.min(retryAfterSeconds, CAP_SECONDS) : 0;
}

/** Seconds that a header `retry-after` asks for, be it a number or a date. */
export function retryAfterSeconds(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  // A time that names no zone, as HTTP's oldest form does, is GMT too.
  const untilMs = Date.parse(/ GMT$/.test(header) ? header : `${header} GMT`);
  return Number.isNaN(untilMs) ? 0 : Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}
