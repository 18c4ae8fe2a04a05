/** How a channel's requests for files have gone of late. */
export interface ChannelPace {
  /** Refusals since then. */
  readonly errors: number;
  readonly since: number;
  /** Until when nothing is asked for. Times are in ms since 1970. */
  readonly pausedUntil: number;
}

export const UNTROUBLED: ChannelPace = { errors: 0, since: 0, pausedUntil: 0 };

const WINDOW_MS = 3_600_000;

/** Meta blocks a number for half an hour after twenty; several functions count, each for itself. */
const MAX_ERRORS = 10;
const PAUSE_MS = 30 * 60_000;

const THROTTLE_PAUSE_MS = 60_000;
const MAX_THROTTLE_PAUSE_MS = 3_600_000;

/** After a request that the provider refused: too many in an hour, and it is left alone for a while. */
export function afterRefusal(pace: ChannelPace, now: number): ChannelPace {
  const isRecent = now - pace.since < WINDOW_MS;
  const errors = isRecent ? pace.errors + 1 : 1;
  if (errors >= MAX_ERRORS) return { errors: 0, since: now, pausedUntil: now + PAUSE_MS };
  return { ...pace, errors, since: isRecent ? pace.since : now };
}

/** After a request that came too soon: as long as the provider says, or a minute. */
export function afterThrottle(
  pace: ChannelPace,
  now: number,
  retryAfterSeconds: number | undefined,
): ChannelPace {
  const told = retryAfterSeconds === undefined ? THROTTLE_PAUSE_MS : retryAfterSeconds * 1000;
  const pausedUntil = now + Math.min(Math.max(told, 1000), MAX_THROTTLE_PAUSE_MS);
  return { ...pace, pausedUntil: Math.max(pace.pausedUntil, pausedUntil) };
}
