import type { LinkMedia } from '../media/links.ts';
import type { StoredEvent } from '../table/stored-rows.ts';
import type { MediaAnswer } from './schemas.ts';
import { isoTime } from './status-answers.ts';

export interface MediaAnswerDeps {
  readonly linkMedia: LinkMedia;
}

const UNKNOWN = {
  reason: null,
  mimeType: null,
  sizeBytes: null,
  sha256: null,
  url: null,
  urlExpiresAt: null,
};

/** What became of the file of an event, with a URL for it where there is one; null where it has none. */
export async function mediaAnswer(
  { channel, media }: Pick<StoredEvent, 'channel' | 'media'>,
  hasMedia: boolean,
  { linkMedia }: MediaAnswerDeps,
): Promise<MediaAnswer | null> {
  if (media === undefined) return hasMedia ? { ...UNKNOWN, state: 'pending' } : null;
  if (media.state !== 'stored') {
    return { ...UNKNOWN, state: media.state, reason: media.reason ?? null };
  }
  const { state, mimeType, sizeBytes, sha256 } = media;
  const { url, expiresAt } = await linkMedia(channel, media);
  return { ...UNKNOWN, state, mimeType, sizeBytes, sha256, url, urlExpiresAt: isoTime(expiresAt) };
}
