import { type Channel, lanesOf, sendIntervalMs } from '../channels/channel.ts';

/** What a lane may send. */
export interface LaneRate {
  /** From one send to the next. */
  readonly intervalMs: number;
  /** So much lateness of a timer is made up by the next interval: a part of what the share leaves free. */
  readonly leewayMs: number;
  /**
   * In no stretch of `windowMs` go more requests out than `limit`, whatever held them up. It is half of what
   * the share leaves free below what is allowed, for what their ways to the provider differ by.
   */
  readonly limit: number;
  readonly windowMs: number;
}

/** A lane's part of what its channel may send. */
export function laneRate(channel: Pick<Channel, 'messagesPerSecond' | 'share'>): LaneRate {
  const intervalMs = sendIntervalMs(channel);
  const allowed = channel.messagesPerSecond / lanesOf(channel);
  const freeMs = 1000 / channel.share - 1000;
  return {
    intervalMs,
    leewayMs: Math.min(intervalMs / 4, freeMs / 2),
    limit: Math.max(1, Math.floor((allowed * (1 + channel.share)) / 2)),
    windowMs: Math.max(1000, 1000 / allowed),
  };
}

/** How a lane keeps its pace. Times are in ms since 1970. */
export interface Pace {
  /** The time that the last send counts as. */
  readonly lastAt: number;
  /** When the provider last found it too fast, and down to which part of the rate it went then. */
  readonly slowedAt: number;
  readonly slowedTo: number;
  readonly restsUntil: number;
}

/** An invocation before may have sent a moment ago, so the first send waits for one interval. */
export function startPace(now: number): Pace {
  return { lastAt: now, slowedAt: Number.NEGATIVE_INFINITY, slowedTo: 1, restsUntil: 0 };
}

/** When the next may go: nothing that was missed is caught up. */
export function nextSendAt(pace: Pace, { intervalMs }: LaneRate, now: number): number {
  return Math.max(pace.lastAt + intervalMs / rateShare(pace, now), pace.restsUntil);
}

export function afterSend(pace: Pace, rate: LaneRate, now: number): Pace {
  const due = nextSendAt(pace, rate, now);
  return { ...pace, lastAt: Math.max(due, now - rate.leewayMs) };
}

const SLOW_MS = 10_000;
const STEP_MS = 1000;
const STEP = 0.1;
const SLOWEST = 1 / 16;

/** Half the rate for ten seconds, then a tenth of it more each second. */
function rateShare({ slowedAt, slowedTo }: Pace, now: number): number {
  const steps = Math.max(0, Math.ceil((now - slowedAt - SLOW_MS) / STEP_MS));
  return Math.min(1, slowedTo + steps * STEP);
}

/** After the provider found a request too fast. What went out before it slowed down says nothing new. */
export function afterThrottle(pace: Pace, requestedAt: number, now: number): Pace {
  if (requestedAt <= pace.slowedAt) return pace;
  const slowedTo = Math.max(SLOWEST, rateShare(pace, now) / 2);
  return { ...pace, slowedAt: now, slowedTo };
}

export function afterRest(pace: Pace, until: number): Pace {
  return { ...pace, restsUntil: Math.max(pace.restsUntil, until) };
}

/** When the next request may go out by what went out of late, the oldest first. */
export function nextRequestAt(requests: readonly number[], { limit, windowMs }: LaneRate): number {
  const before = requests.at(-limit);
  return before === undefined || requests.length < limit ? 0 : before + windowMs;
}
