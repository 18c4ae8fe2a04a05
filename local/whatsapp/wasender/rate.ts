import type { Times } from '../limits.ts';
import type { Rules } from '../rules.ts';

const MINUTE_MS = 60_000;
const PROTECTED_MS = 5_000;

export interface Rate {
  readonly isWithin: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until there is room for the limit again. */
  readonly resetSeconds: number;
}

/**
 * Takes room for one send, where there is some: so many from the first of a minute on, or one in
 * five seconds.
 */
export function takeRate(times: Times, rules: Rules['wasender'], now: number): Rate {
  const [limit, spanMs] = rules.accountProtection
    ? [1, PROTECTED_MS]
    : [rules.perMinute, MINUTE_MS];
  const [first] = times;
  if (first !== undefined && now >= first + spanMs) times.splice(0);
  const isWithin = times.length < limit;
  if (isWithin) times.push(now);
  const resetSeconds = Math.ceil(((times[0] ?? now) + spanMs - now) / 1000);
  return { isWithin, limit, remaining: Math.max(limit - times.length, 0), resetSeconds };
}

export function rateHeaders(rate: Rate, now: number): Record<string, string> {
  const { isWithin, limit, remaining, resetSeconds } = rate;
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(Math.floor(now / 1000) + resetSeconds),
    ...(!isWithin && { 'retry-after': String(resetSeconds) }),
  };
}
