import { createHash } from 'node:crypto';
import type { MediaMismatch, MediaState } from '../../events/media-state.ts';
import { type MediaFile, plainMimeType } from '../../providers/media-file.ts';
import type { LocateMedia, OpenMedia } from '../https-providers.ts';
import type { NotLocated } from '../location.ts';
import type { MediaStore } from '../s3-files.ts';

export interface FetchMediaDeps {
  readonly locate: LocateMedia;
  readonly open: OpenMedia;
  readonly put: MediaStore['put'];
}

export interface WantedMedia {
  readonly file: MediaFile;
  readonly channel: string;
  /** Where it is to be stored. */
  readonly key: string;
  readonly maxBytes: number;
}

export type Fetched =
  | { readonly ok: true; readonly media: Extract<MediaState, { state: 'stored' }> }
  | NotFetched;

export interface NotFetched {
  readonly ok: false;
  readonly reason: NotLocated['reason'] | 'gone' | 'host' | 'too-big' | MediaMismatch;
  readonly retryAfterSeconds?: number | undefined;
  readonly detail?: string | undefined;
}

/** A URL may have expired, and a transfer may have been cut: a fresh URL mends both. */
const WORTH_ANOTHER = new Set<string>(['gone', 'size', 'sha256', 'mime-type']);
const MAX_TRIES = 3;

/**
 * Brings a file from its provider to S3, checked, without ever having all of it in memory.
 *
 * Rejects where S3 does not take it, or with the signal's reason.
 */
export async function fetchMedia(
  wanted: WantedMedia,
  signal: AbortSignal,
  deps: FetchMediaDeps,
): Promise<Fetched> {
  for (let tries = 1; ; tries += 1) {
    const fetched = await fetchOnce(wanted, signal, deps);
    const isFinal = fetched.ok || !WORTH_ANOTHER.has(fetched.reason) || tries === MAX_TRIES;
    if (isFinal) return fetched;
  }
}

async function fetchOnce(
  wanted: WantedMedia,
  signal: AbortSignal,
  deps: FetchMediaDeps,
): Promise<Fetched> {
  const { file, channel, maxBytes } = wanted;
  const located = await deps.locate(file.source, channel, signal);
  if (!located.ok) return located;
  const { location } = located;
  const announced = { ...location, ...file, sizeBytes: location.sizeBytes ?? file.sizeBytes };
  if ((announced.sizeBytes ?? 0) > maxBytes) return { ok: false, reason: 'too-big' };
  const opened = await deps.open(file.source.provider, location, signal);
  if (!opened.ok) return opened;
  const mimeType = plainMimeType(opened.mimeType);
  return copy(wanted, announced, { ...opened, mimeType }, signal, deps);
}

interface Announced {
  readonly sha256?: string | undefined;
  readonly sizeBytes?: number | undefined;
  readonly mimeType?: string | undefined;
}

interface Opened {
  readonly mimeType: string | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

async function copy(
  { key, maxBytes }: WantedMedia,
  announced: Announced,
  opened: Opened,
  signal: AbortSignal,
  { put }: FetchMediaDeps,
): Promise<Fetched> {
  const mimeType = announced.mimeType ?? opened.mimeType ?? ANY_TYPE;
  const reading = new CheckedReading(announced, opened, maxBytes);
  try {
    await put({ key, mimeType }, reading.chunks(), signal);
  } catch (error) {
    if (error instanceof BadTransfer) return { ok: false, reason: error.reason };
    throw error;
  }
  const { sizeBytes, sha256 } = reading;
  return { ok: true, media: { state: 'stored', key, sizeBytes, sha256, mimeType } };
}

const ANY_TYPE = 'application/octet-stream';

/** Ends the upload of what is not to be stored. */
class BadTransfer extends Error {
  override readonly name = 'BadTransfer';
  readonly reason: NotFetched['reason'];

  constructor(reason: NotFetched['reason']) {
    super(reason);
    this.reason = reason;
  }
}

/** Hands chunks on and throws at the latest instead of the end, where they are not what was announced. */
class CheckedReading {
  sizeBytes = 0;
  sha256 = '';
  readonly #announced: Announced;
  readonly #opened: Opened;
  readonly #maxBytes: number;

  constructor(announced: Announced, opened: Opened, maxBytes: number) {
    this.#announced = announced;
    this.#opened = opened;
    this.#maxBytes = maxBytes;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    const chunks = this.#opened.chunks[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await chunks.next().catch(cut);
        if (done === true) break;
        this.sizeBytes += value.length;
        if (this.sizeBytes > this.#maxBytes) throw new BadTransfer('too-big');
        hash.update(value);
        yield value;
      }
    } finally {
      await chunks.return?.().catch(() => undefined);
    }
    this.sha256 = hash.digest('hex');
    const mismatch = this.#mismatch();
    if (mismatch !== undefined) throw new BadTransfer(mismatch);
  }

  /** The hash decides where there is one: neither a length nor a type says more. */
  #mismatch(): MediaMismatch | undefined {
    const { sha256, sizeBytes = this.sizeBytes, mimeType } = this.#announced;
    if (sha256 !== undefined) return sha256 === this.sha256 ? undefined : 'sha256';
    if (sizeBytes !== this.sizeBytes) return 'size';
    const told = this.#opened.mimeType ?? ANY_TYPE;
    const isAsAnnounced = mimeType === undefined || bareType(told) === bareType(mimeType);
    return isAsAnnounced || bareType(told) === ANY_TYPE ? undefined : 'mime-type';
  }
}

function cut(): never {
  throw new BadTransfer('unavailable');
}

/** Without parameters such as `codecs=opus`. */
function bareType(mimeType: string): string {
  const [bare = ''] = mimeType.split(';', 1);
  return bare.trimEnd().toLowerCase();
}
