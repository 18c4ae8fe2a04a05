import type { MediaLink } from '../events/media-event.ts';
import { type MediaPolicies, policyOf } from './policy.ts';
import type { PresignMedia } from './s3-links.ts';

/** Makes a URL for a stored file, for as long as the policy of its channel says. */
export type LinkMedia = (
  channel: string,
  file: { readonly key: string; readonly mimeType: string },
) => Promise<MediaLink>;

/** @param now milliseconds since 1970 */
export function mediaLinks(
  presign: PresignMedia,
  policies: MediaPolicies,
  now: () => number,
): LinkMedia {
  return async (channel, file) => {
    const expirySeconds = policyOf(policies, channel).urlExpiryMinutes * 60;
    const expiresAt = now() + expirySeconds * 1000;
    return { url: await presign(file, expirySeconds), expiresAt };
  };
}
