import { createHash } from 'node:crypto';
import { CHANNELS, type Update } from '../update-parts.ts';

export const GRAPH_URL = 'https://provider.example/v23.0';
export const WASENDER_URL = 'https://provider.example/wasender';
export const GRAPH_TOKEN = 'graph-token';
export const WASENDER_KEY = 'wasender-key';

const MEGABYTE = 1_000_000;

/** The first number keeps all files up to 8 MB, the second one images only. */
export const MEDIA_POLICY = {
  ...{ keep: 'all', maxMegabytes: 8, urlExpiryMinutes: 10, tenant: 'default' },
  channels: { [CHANNELS[1]]: { keep: ['image'] } },
};

/** What is odd about a file, and about how its provider hands it out. */
export const FILE_FATES = [
  'plain',
  /** Stored in two parts. */
  'large',
  'too-big',
  /** The provider knows it no more. */
  'unknown',
  /** Never what was announced. */
  'altered',
  /** Its first URL has expired when it is used. */
  'expired-url',
  /** The first transfer ends in the middle. */
  'cut',
  /** The first request comes too soon. */
  'throttled',
  /** The first requests find the token refused. */
  'token-refused',
] as const;
export type FileFate = (typeof FILE_FATES)[number];

/** A file that came with an update. */
export interface SimulatedFile {
  readonly tracer: string;
  readonly fate: FileFate;
  readonly kind: 'image' | 'audio';
  readonly channel: string;
  readonly bytes: Buffer;
}

export function fileOf(update: Update, fate: FileFate, variant: number): SimulatedFile {
  const { tracer, place } = update;
  const kind = variant % 3 === 0 ? 'audio' : 'image';
  const size = fate === 'large' ? 5.3 * MEGABYTE : 100 + variant;
  return { tracer, fate, kind, channel: place.channel, bytes: Buffer.alloc(size, tracer) };
}

/** The message with the file in it. */
export function withFile(update: Update, file: SimulatedFile): Update {
  const { text: _, ...element } = Object.assign({ text: {} }, update.element);
  const { kind } = file;
  if (update.provider === 'wasender') {
    const message = { [`${kind}Message`]: wasenderContent(file) };
    return { ...update, element: { ...element, message } };
  }
  const content = { id: file.tracer, mime_type: mimeTypeOf(file), sha256: announcedHash(file) };
  return { ...update, element: { ...element, type: kind, [kind]: content } };
}

function wasenderContent(file: SimulatedFile) {
  return {
    mimetype: mimeTypeOf(file),
    fileSha256: Buffer.from(announcedHash(file), 'hex').toString('base64'),
    fileLength: String(announcedSize(file)),
  };
}

export function mimeTypeOf({ kind }: SimulatedFile): string {
  return kind === 'image' ? 'image/jpeg' : 'audio/ogg';
}

export function announcedHash({ bytes, fate }: SimulatedFile): string {
  const hash = createHash('sha256').update(fate === 'altered' ? 'another' : bytes);
  return hash.digest('hex');
}

export function announcedSize({ bytes, fate }: SimulatedFile): number {
  return fate === 'too-big' ? 9 * MEGABYTE : bytes.length;
}

/** What the row must say in the end. */
export function stateWanted({ fate, kind, channel }: SimulatedFile): string {
  if (channel === CHANNELS[1] && kind !== 'image') return 'skipped policy';
  if (fate === 'too-big') return 'skipped too-big';
  if (fate === 'unknown') return 'failed unknown-media';
  return fate === 'altered' ? 'failed sha256' : 'stored';
}
