import { digest } from '../events/event.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { malformed, readBody, type UnreadableBody, writeBody } from '../shared/queue/body.ts';

/** That something waits in a lane. */
export interface Wake {
  readonly channel: string;
  readonly lane: number;
}

/** Raised when readers of the previous version could misread a wake. */
const WAKE_VERSION = 1;

/** Wakes of a lane within so long are one. */
const WAKE_INTERVAL_MS = 250;

export function writeWake({ channel, lane }: Wake): string {
  return writeBody(WAKE_VERSION, { channel, lane });
}

export type WakeReading = ({ readonly ok: true } & Wake) | UnreadableBody;

export function readWake(body: string): WakeReading {
  const reading = readBody(body, WAKE_VERSION);
  if (!reading.ok) return reading;
  const channel = memberOf(reading.members, 'channel');
  const lane = memberOf(reading.members, 'lane');
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
