import type { Delivery } from './delivery.ts';
import type { Subscriber } from './subscriber.ts';

const FIRST_SECONDS = 10;
const CAP_SECONDS = 3600;
const LONGEST_RETRY_AFTER_SECONDS = 6 * 3600;

/** How long a delivery is tried again. */
export const GIVE_UP_MS = 3 * 86_400_000;

/**
 * When a delivery is given up, in ms since 1970: its time counts from when it was routed, and anew
 * where its subscriber was changed since. What waited out a pause has not been tried yet.
 */
export function giveUpAt(
  { routedAt }: Pick<Delivery, 'routedAt'>,
  { updatedAt }: Pick<Subscriber, 'updatedAt'>,
): number {
  return Math.max(routedAt, updatedAt) + GIVE_UP_MS;
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

/** Seconds that a header `retry-after` asks for, be it a number or a date. */
export function retryAfterSeconds(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  // A time that names no zone, as HTTP's oldest form does, is GMT too.
  const untilMs = Date.parse(/ GMT$/.test(header) ? header : `${header} GMT`);
  return Number.isNaN(untilMs) ? 0 : Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}
