export const MEDIA_KINDS = ['image', 'video', 'audio', 'document', 'sticker'] as const;

export type MediaKind = (typeof MEDIA_KINDS)[number];

export function isMediaKind(word: string): word is MediaKind {
  return MEDIA_KINDS.some((kind) => kind === word);
}
