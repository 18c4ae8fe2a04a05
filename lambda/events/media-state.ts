/** What became of the file of an event. Written once; nothing follows it. */
export type MediaState =
  | {
      readonly state: 'stored';
      readonly key: string;
      readonly sizeBytes: number;
      /** In lower-case hex. */
      readonly sha256: string;
      readonly mimeType: string;
    }
  | { readonly state: 'failed'; readonly reason: MediaFailure }
  /** Nobody can hand it out any more. */
  | { readonly state: 'expired' }
  | { readonly state: 'skipped'; readonly reason: MediaSkip };

/**
 * - `unknown-media`: the provider does not know it, or the token may not see it
 * - `refused`: the provider refused for a reason of its own
 * - `size`, `sha256`, `mime-type`: it was not what the webhook had announced, three times
 * - `host`: its URL led away from the provider
 */
type MediaFailure = 'unknown-media' | 'refused' | 'host' | MediaMismatch;

export type MediaMismatch = 'size' | 'sha256' | 'mime-type';

/** `no-token`: the channel has no access token, so that its files are not wanted. */
type MediaSkip = 'policy' | 'too-big' | 'no-token';

/** As a row tells it that this release wrote, or another. */
export type SettledMedia =
  | Extract<MediaState, { state: 'stored' }>
  | { readonly state: 'failed' | 'skipped' | 'expired'; readonly reason?: string | undefined };

/**
 * Whether subscribers are told of it: the file is there, or it will not come.
 *
 * What a setting of the stage skips is no news to those who set it, and a stack without tokens would
 * tell it of every file.
 */
export function isNews(media: MediaState): boolean {
  return media.state !== 'skipped' || media.reason === 'too-big';
}

/** Meta hands out what a webhook named for seven days; nobody waits longer for the other provider. */
const LIFETIME_MS = 7 * 86_400_000;

export function hasExpired(receivedAt: number, now: number): boolean {
  return now - receivedAt >= LIFETIME_MS;
}
