/**
 * What the page may do: run its own script and style, ask this server, show its files. Nothing inline, so that
 * what people wrote could not run even where it were not escaped.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A file that somebody sent: shown, and nothing in it runs, asks or is of this origin. */
const FILE_POLICY = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'";

const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

export const PAGE_HEADERS = { ...COMMON, 'content-security-policy': PAGE_POLICY };

/** Kinds of files that a browser shows and runs nothing of. */
const SHOWN = /^(image\/(jpeg|png|gif|webp)|(audio|video)\/[\w.+-]+)$/;

/** Headers of a file that came with a message, of the type that its sender told. */
export function fileHeaders(mimeType: string): Readonly<Record<string, string>> {
  const [type = ''] = mimeType.split(';');
  const isShown = SHOWN.test(type);
  return {
    ...COMMON,
    'content-security-policy': FILE_POLICY,
    'content-type': isShown ? type : 'application/octet-stream',
    'content-disposition': isShown ? 'inline' : 'attachment',
  };
}
