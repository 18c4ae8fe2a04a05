import { sha256Of } from '../providers/media-file.ts';
import type { MediaKind } from '../providers/media-kind.ts';
import { textOf } from '../shared/json/fields.ts';
import { isRecord, memberOf } from '../shared/json/json-source.ts';
import { flagOf, numberOrNull, textOrNull, wordsOrNull } from './read.ts';
import type { ContentOf } from './schema.ts';

/** A file of Meta's, by the member that tells of it; undefined where that is none. */
export function metaFileContent(kind: MediaKind, file: unknown): ContentOf<MediaKind> | undefined {
  if (!isRecord(file)) return undefined;
  const members = {
    id: textOrNull(file, 'id'),
    caption: wordsOrNull(file, 'caption'),
    fileName: textOrNull(file, 'filename'),
    mimeType: textOrNull(file, 'mime_type'),
    sha256: sha256Of(memberOf(file, 'sha256')) ?? null,
    sizeBytes: sizeOf(file),
    viewOnce: false,
  };
  const animated = flagOf(file, 'animated');
  if (kind === 'video') return { kind, ...members, seconds: null, animated };
  if (kind === 'sticker') return { kind, ...members, animated };
  // A legacy form has a member of its own for what is recorded in the chat.
  if (kind === 'audio') return { kind, ...members, seconds: null, voice: flagOf(file, 'voice') };
  return { kind, ...members };
}

function sizeOf(file: unknown): number | null {
  const size = textOf(file, 'file_size');
  return size !== undefined && /^\d{1,13}$/.test(size) ? numberOrNull(size) : null;
}
