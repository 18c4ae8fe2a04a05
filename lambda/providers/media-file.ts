import type { Provider } from '../events/event.ts';
import type { EventFacts, RoutedKind } from '../events/routed-event.ts';
import { longOf, present, textOf } from '../shared/json/fields.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { isMediaKind, type MediaKind } from './media-kind.ts';
import { fileIn } from './wasender/files.ts';
import { messageOfItem, openMessage } from './wasender/opened.ts';
import { itemOf } from './webhook-content.ts';

/** A file that came with a message, as the message's webhook tells of it. */
export interface MediaFile {
  readonly kind: MediaKind;
  readonly source: MediaSource;
  readonly mimeType?: string;
  /** In lower-case hex. */
  readonly sha256?: string;
  readonly sizeBytes?: number;
}

/** What the provider has to be told to hand the file out. */
export type MediaSource =
  | { readonly provider: 'meta'; readonly mediaId: string }
  /** The message with its key, which holds what decrypts the file. */
  | { readonly provider: 'wasender'; readonly message: object };

const MESSAGE_KINDS = new Set<RoutedKind>(['message', 'echo', 'history']);

/**
 * Other types with which a file may come: an edited message has its own, WasenderApi's the round video,
 * those of messages with buttons, and those that earlier releases gave to what WhatsApp puts around others.
 */
const MAYBE_TYPES: Readonly<Record<Provider, ReadonlySet<string>>> = {
  meta: new Set(['edit']),
  wasender: new Set([
    'buttons',
    'documentWithCaption',
    'edit',
    'edited',
    'ephemeral',
    'interactive',
    'ptv',
    'template',
    'viewOnce',
    'viewOnceMessageV2',
    'viewOnceMessageV2Extension',
  ]),
};

/** Whether a file may have come with an event, as far as can be told without its payload. */
export function mayHaveMedia({
  provider,
  kind,
  type,
}: Pick<EventFacts, 'provider' | 'kind' | 'type'>): boolean {
  if (!MESSAGE_KINDS.has(kind)) return false;
  return isMediaKind(type) || MAYBE_TYPES[provider].has(type);
}

/** The file that came with a stored webhook's one message; undefined where none did. */
export function mediaOf(provider: Provider, webhook: unknown): MediaFile | undefined {
  const message = itemOf(webhook);
  return provider === 'meta' ? metaFile(message) : wasenderFile(message);
}

/** An edited message comes whole within the edit. */
function metaFile(message: unknown): MediaFile | undefined {
  const type = textOf(message, 'type');
  if (type === 'edit') return metaFile(memberOf(memberOf(message, 'edit'), 'message'));
  if (type === undefined || !isMediaKind(type)) return undefined;
  const file = memberOf(message, type);
  const mediaId = textOf(file, 'id');
  if (mediaId === undefined) return undefined;
  return {
    kind: type,
    source: { provider: 'meta', mediaId },
    ...present({
      mimeType: mimeTypeOf(file, 'mime_type'),
      sha256: sha256Of(memberOf(file, 'sha256')),
    }),
  };
}

function wasenderFile(item: unknown): MediaFile | undefined {
  const opened = openMessage(messageOfItem(item));
  const file = opened && fileIn(opened);
  const id = textOf(item, 'key', 'id');
  if (file === undefined || id === undefined) return undefined;
  const { kind, content } = file;
  const member = memberOfKind(kind);
  return {
    kind,
    source: { provider: 'wasender', message: { key: { id }, message: { [member]: content } } },
    ...present({
      mimeType: mimeTypeOf(content, 'mimetype'),
      sha256: sha256Of(memberOf(content, 'fileSha256')),
      sizeBytes: sizeOf(content),
    }),
  };
}

/** The provider decrypts five kinds, by these names only. */
function memberOfKind(kind: MediaKind): string {
  return `${kind}Message`;
}

function mimeTypeOf(file: unknown, member: string): string | undefined {
  return plainMimeType(textOf(file, member));
}

/** A MIME type that is one: it is sent on in a header, so it must hold no more than it names. */
export function plainMimeType(type: string | undefined): string | undefined {
  return type !== undefined && MIME_TYPE.test(type) ? type : undefined;
}

const MIME_TYPE = /^[\w.+-]{1,64}\/[\w.+-]{1,64}(?:\s*;\s*[\w-]{1,32}="?[\w.,+ -]{1,64}"?){0,4}$/;

const SHA256_BYTES = 32;

/** In hex or base64, or as the list of bytes that a buffer becomes in JSON. */
export function sha256Of(value: unknown): string | undefined {
  const bytes = typeof value === 'string' ? bytesOfText(value) : bytesOfList(value);
  return bytes.length === SHA256_BYTES ? bytes.toString('hex') : undefined;
}

function bytesOfText(text: string): Buffer {
  return Buffer.from(text, /^[\da-f]{64}$/i.test(text) ? 'hex' : 'base64');
}

function bytesOfList(value: unknown): Buffer {
  const list = memberOf(value, 'data') ?? value;
  const bytes: readonly unknown[] =
    typeof list === 'object' && list !== null ? Object.values(list) : [];
  return Buffer.from(bytes.filter((byte) => typeof byte === 'number'));
}

/** A whole number of bytes: a number, its digits, or the two halves of a 64-bit number. */
export function sizeOf(content: unknown): number | undefined {
  const digits = textOf(content, 'fileLength') ?? String(longOf(memberOf(content, 'fileLength')));
  return digits !== undefined && /^\d{1,13}$/.test(digits) ? Number(digits) : undefined;
}
