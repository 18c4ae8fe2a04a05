import { hasExpired, type MediaState } from '../../events/media-state.ts';
import type { MetricName } from '../../metric-names.ts';
import { type MediaFile, mediaOf } from '../../providers/media-file.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import { readJsonSource } from '../../shared/json/json-source.ts';
import { retryDelaySeconds } from '../../shared/queue/backoff.ts';
import type { QueuedMessage } from '../../shared/queue/queued-message.ts';
import type { ReadPayload } from '../../table/s3-payloads.ts';
import type { StoredEvent } from '../../table/stored-rows.ts';
import type { MediaTable } from '../files-table.ts';
import { type MediaJob, readMediaJob } from '../job.ts';
import { afterRefusal, afterThrottle } from '../pauses.ts';
import { type MediaPolicy, maxBytes, mediaKey, skipReason } from '../policy.ts';
import { type FetchMediaDeps, fetchMedia, type NotFetched } from './fetch-media.ts';

export interface SettleJobDeps extends FetchMediaDeps {
  readonly table: MediaTable;
  readonly readPayload: ReadPayload;
  /** Removes a file that nobody's row names. */
  readonly remove: (key: string, signal: AbortSignal) => Promise<void>;
  /** What is kept of the files that come to a channel. */
  readonly policyOf: (channel: string, signal: AbortSignal) => Promise<MediaPolicy>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly count: (metric: MetricName) => void;
  readonly warn: (message: string, fields: LogFields) => void;
}

/** Seconds after which the queue hands a job out again; undefined for one that is done. */
type Again = number | undefined;

/** No provider forbids a channel to try for longer. */
const RETRY_CAP_SECONDS = 3600;

/**
 * Fetches the file of one event and says on its row what became of it: once, whatever is repeated.
 *
 * Resolves with when to try again, where it may yet be fetched. Rejects where AWS fails.
 */
export async function settleJob(
  message: QueuedMessage,
  signal: AbortSignal,
  deps: SettleJobDeps,
): Promise<Again> {
  const reading = readMediaJob(message.body);
  if (!reading.ok) return again(message, { reason: reading.reason }, deps);
  const { job } = reading;
  const event = await deps.table.event(job, signal);
  if (event === undefined) return afterForgetting(message, job, signal, deps);
  // What failed is not asked for again.
  if (event.media !== undefined) return undefined;
  const file = await fileOf(event, deps);
  if (file === undefined) return undefined;
  const policy = await deps.policyOf(event.channel, signal);
  const early = withoutAsking(event, file, policy, deps.now());
  if (early !== undefined) return settle(job, early, signal, deps);
  const pause = await pauseOf(event, signal, deps);
  if (pause !== undefined) return pause;
  return fetchFile({ message, job, event, file, policy }, signal, deps);
}

/** A try before this one may have ended between the file and the row that would have named it. */
async function afterForgetting(
  { receiveCount }: QueuedMessage,
  { id, channel }: MediaJob,
  signal: AbortSignal,
  { policyOf, remove }: SettleJobDeps,
): Promise<undefined> {
  if (receiveCount > 1) await remove(mediaKey(await policyOf(channel, signal), id), signal);
}

async function fileOf(event: StoredEvent, deps: SettleJobDeps): Promise<MediaFile | undefined> {
  const { provider, payloadKey } = event;
  const payload =
    event.payload ?? (payloadKey === undefined ? undefined : await deps.readPayload(payloadKey));
  const reading = readJsonSource(payload ?? '');
  return reading.ok ? mediaOf(provider, reading.source.value) : undefined;
}

function withoutAsking(
  { receivedAt }: StoredEvent,
  file: MediaFile,
  policy: MediaPolicy,
  now: number,
): MediaState | undefined {
  const reason = skipReason(policy, file);
  if (reason !== undefined) return { state: 'skipped', reason };
  return hasExpired(receivedAt, now) ? { state: 'expired' } : undefined;
}

async function pauseOf(
  { channel }: StoredEvent,
  signal: AbortSignal,
  { table, now, random, count }: SettleJobDeps,
): Promise<Again> {
  const { pausedUntil } = await table.pace(channel, signal);
  const seconds = Math.ceil((pausedUntil - now()) / 1000);
  if (seconds <= 0) return undefined;
  count('MediaReturned');
  // Spread, so that the end of the pause is no flood.
  return Math.ceil(seconds * (1 + random() / 4));
}

interface Fetching {
  readonly message: QueuedMessage;
  readonly job: MediaJob;
  readonly event: StoredEvent;
  readonly file: MediaFile;
  readonly policy: MediaPolicy;
}

async function fetchFile(
  { message, job, event, file, policy }: Fetching,
  signal: AbortSignal,
  deps: SettleJobDeps,
): Promise<Again> {
  const wanted = {
    ...{ file, channel: event.channel, key: mediaKey(policy, job.id), maxBytes: maxBytes(policy) },
  };
  const fetched = await fetchMedia(wanted, signal, deps);
  if (fetched.ok) return settle(job, fetched.media, signal, deps);
  await slowDown(event.channel, fetched, signal, deps);
  const final = finalState(fetched, event, deps.now());
  if (final !== undefined) return settle(job, final, signal, deps, fetched.detail);
  if (fetched.reason === 'token') deps.count('MediaTokenRefused');
  if (fetched.reason === 'throttled') deps.count('MediaThrottled');
  return again(message, { ...fetched, eventId: job.id }, deps);
}

/** What the provider refuses counts against the channel, whatever becomes of the job. */
async function slowDown(
  channel: string,
  { reason, retryAfterSeconds }: NotFetched,
  signal: AbortSignal,
  { table, now, count }: SettleJobDeps,
): Promise<void> {
  const isRefusal = reason === 'unknown-media' || reason === 'refused' || reason === 'token';
  if (!isRefusal && reason !== 'throttled') return;
  const pace = await table.pace(channel, signal);
  const slower = isRefusal
    ? afterRefusal(pace, now())
    : afterThrottle(pace, now(), retryAfterSeconds);
  if (!(await table.setPace(channel, slower, signal))) count('RowGivenUp');
}

/** What is left of a file that was not fetched; undefined where it may yet be. */
function finalState(
  { reason }: NotFetched,
  { at, receivedAt }: StoredEvent,
  now: number,
): MediaState | undefined {
  switch (reason) {
    case 'no-token':
    case 'too-big':
      return { state: 'skipped', reason };
    case 'unknown-media': {
      // Delivered late, its id may have been old when it came.
      const occurredAt = Math.min(Number.parseInt(at, 10), receivedAt);
      return hasExpired(occurredAt, now) ? { state: 'expired' } : { state: 'failed', reason };
    }
    case 'refused':
    case 'host':
    case 'size':
    case 'sha256':
    case 'mime-type':
      return { state: 'failed', reason };
    default:
      return undefined;
  }
}

const COUNTS = {
  stored: 'MediaStored',
  failed: 'MediaFailed',
  expired: 'MediaExpired',
  skipped: 'MediaSkipped',
} as const satisfies Record<MediaState['state'], MetricName>;

async function settle(
  job: MediaJob,
  media: MediaState,
  signal: AbortSignal,
  deps: SettleJobDeps,
  detail?: string,
): Promise<undefined> {
  const settled = await deps.table.settle(job, media, signal);
  // No row names it: nobody would find the file, be it to read it or to forget it.
  if (settled !== 'said' && media.state === 'stored') await deps.remove(media.key, signal);
  if (settled === 'full') deps.count('RowGivenUp');
  const isLost = settled === 'full' && media.state === 'stored';
  deps.count(isLost ? 'MediaFailed' : COUNTS[media.state]);
  if (isLost) deps.warn('Media failed', { eventId: job.id, reason: 'row-full' });
  if (media.state === 'failed') {
    deps.warn('Media failed', { eventId: job.id, reason: media.reason, detail });
  }
}

function again(
  { receiveCount, messageId }: QueuedMessage,
  why: { readonly reason: string; readonly detail?: string | undefined; readonly eventId?: string },
  deps: SettleJobDeps,
): number {
  const { reason, detail, eventId } = why;
  deps.count('MediaReturned');
  deps.warn('Media waits', { reason, detail, eventId, messageId, receiveCount });
  return retryDelaySeconds(receiveCount, deps.random(), RETRY_CAP_SECONDS);
}
