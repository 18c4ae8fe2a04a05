import { sha256Of, sizeOf } from '../providers/media-file.ts';
import type { MediaKind } from '../providers/media-kind.ts';
import type { HeldFile } from '../providers/wasender/files.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { flagOf, numberOrNull, textOrNull, wordsOrNull } from './read.ts';
import type { ContentOf } from './schema.ts';

interface Around {
  readonly isViewOnce: boolean;
  /** Words that stand elsewhere, as in a message with buttons. */
  readonly words: string | null;
}

/** A file of WasenderApi's. */
export function wasenderFileContent(
  { kind, content }: HeldFile,
  { isViewOnce, words }: Around,
): ContentOf<MediaKind> {
  const members = {
    id: null,
    caption: wordsOrNull(content, 'caption') ?? words,
    fileName: textOrNull(content, 'fileName') ?? textOrNull(content, 'title'),
    mimeType: textOrNull(content, 'mimetype'),
    sha256: sha256Of(memberOf(content, 'fileSha256')) ?? null,
    sizeBytes: sizeOf(content) ?? null,
    viewOnce: isViewOnce,
  };
  const seconds = numberOrNull(content, 'seconds');
  switch (kind) {
    case 'video':
      return { kind, ...members, seconds, animated: flagOf(content, 'gifPlayback') };
    case 'sticker':
      return { kind, ...members, animated: isAnimated(content) };
    case 'audio':
      return { kind, ...members, seconds, voice: flagOf(content, 'ptt') };
    default:
      return { kind, ...members };
  }
}

function isAnimated(sticker: unknown): boolean {
  return flagOf(sticker, 'isAnimated') || flagOf(sticker, 'isLottie');
}
