import { hash } from 'node:crypto';
import { digest } from '../events/event.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { malformed, readBody, type UnreadableBody, writeBody } from '../shared/queue/body.ts';

/** That something waits in a lane. */
export interface Wake {
  readonly channel: string;
  readonly lane: number;
}

/** That it is time to ask a channel's provider how the channel fares. */
interface CheckWake {
  readonly channel: string;
  readonly check: true;
}

/** Raised when readers of the previous version could misread a wake. */
const WAKE_VERSION = 1;

/** Wakes of a lane within so long are one. */
const WAKE_INTERVAL_MS = 250;

export function writeWake({ channel, lane }: Wake): string {
  return writeBody(WAKE_VERSION, { channel, lane });
}

/** A release that knows of no checks takes it for no wake, and drops it. */
export function writeCheckWake(channel: string): string {
  return writeBody(WAKE_VERSION, { channel, check: true });
}

export type WakeReading = ({ readonly ok: true } & (Wake | CheckWake)) | UnreadableBody;

export function readWake(body: string): WakeReading {
  const reading = readBody(body, WAKE_VERSION);
  if (!reading.ok) return reading;
  const channel = memberOf(reading.members, 'channel');
  const lane = memberOf(reading.members, 'lane');
  const check = memberOf(reading.members, 'check');
  if (typeof channel === 'string' && check === true) return { ok: true, channel, check };
  return typeof channel === 'string' && typeof lane === 'number' && Number.isSafeInteger(lane)
    ? { ok: true, channel, lane }
    : malformed('no wake, by channel or lane');
}

/** Message group of a lane's wakes: SQS hands it to one sender at a time. */
export function wakeGroup({ channel, lane }: Wake): string {
  return `lane.${digest([channel, String(lane)])}`;
}

/** What is the same for all wakes of a lane within a quarter of a second. */
export function wakeDeduplicationId({ channel, lane }: Wake, nowMs: number): string {
  const quarter = Math.floor(nowMs / WAKE_INTERVAL_MS);
  return digest([channel, String(lane), String(quarter)]);
}

/** A group of its own: a check that takes long holds up no lane, and no other channel's check. */
export function checkGroup(channel: string): string {
  return `check.${digest([channel])}`;
}

const HOUR_MS = 3_600_000;
/** Longer than from one look at the clock to the next, so that none passes it by. */
const DUE_MS = 120_000;

/**
 * Deduplication id of a channel's check of this hour, at the minutes in which it is due; undefined at
 * all others. Which these are is told by its name, so that they are spread over the hour.
 */
export function checkDeduplicationId(channel: string, nowMs: number): string | undefined {
  const offsetMs = hash('sha256', channel, 'buffer').readUInt32BE(0) % HOUR_MS;
  const sinceMs = nowMs - offsetMs;
  const isDue = sinceMs % HOUR_MS < DUE_MS;
  return isDue ? digest(['check', channel, String(Math.floor(sinceMs / HOUR_MS))]) : undefined;
}
