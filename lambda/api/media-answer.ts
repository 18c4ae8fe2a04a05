import type { PresignMedia } from '../adapters/s3-media.ts';
import type { StoredEvent } from '../adapters/stored-rows.ts';
import { type MediaPolicies, policyOf } from '../domain/media-policy.ts';
import type { MediaAnswer } from './schemas.ts';
import { isoTime } from './status-answers.ts';

export interface MediaAnswerDeps {
  readonly presign: PresignMedia;
  readonly policies: MediaPolicies;
  /** Milliseconds since 1970. */
  readonly now: () => number;
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
  { presign, policies, now }: MediaAnswerDeps,
): Promise<MediaAnswer | null> {
  if (media === undefined) return hasMedia ? { ...UNKNOWN, state: 'pending' } : null;
  if (media.state !== 'stored') {
    return { ...UNKNOWN, state: media.state, reason: media.reason ?? null };
  }
  const { state, mimeType, sizeBytes, sha256 } = media;
  const expirySeconds = policyOf(policies, channel).urlExpiryMinutes * 60;
  const urlExpiresAt = isoTime(now() + expirySeconds * 1000);
  const url = await presign(media, expirySeconds);
  return { ...UNKNOWN, state, mimeType, sizeBytes, sha256, url, urlExpiresAt };
}
