import { createHmac, timingSafeEqual } from 'node:crypto';

export type SignatureCheck =
  /** `secret` is the index, in the list of valid secrets, of the one that verifies. */
  | { readonly ok: true; readonly secret: number }
  | { readonly ok: false; readonly reason: 'missing' | 'malformed' | 'mismatched' };

const META_HEADER = /^sha256=([0-9a-f]{64})$/;

/** Whether a header has the form of Meta's signature, before a secret or the body is looked at. */
export function checkSignatureForm(
  header: string | undefined,
): 'missing' | 'malformed' | undefined {
  if (header === undefined) return 'missing';
  return META_HEADER.test(header) ? undefined : 'malformed';
}

/**
 * Checks Meta's HMAC over the exact bytes received; a re-serialised body never matches.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */
export function checkSignature(
  rawBody: Buffer,
  header: string | undefined,
  appSecrets: readonly string[],
): SignatureCheck {
  const malformed = checkSignatureForm(header);
  if (malformed !== undefined) return { ok: false, reason: malformed };
  const secret = appSecrets.findIndex((appSecret) =>
    equalInConstantTime(header ?? '', metaSignature(rawBody, appSecret)),
  );
  return secret === -1 ? { ok: false, reason: 'mismatched' } : { ok: true, secret };
}

/** The header by which Meta signs a body. */
export function metaSignature(rawBody: Buffer, appSecret: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(rawBody).digest('hex')}`;
}

/** WasenderApi sends the plain shared secret as its signature. */
export function checkSharedSecret(
  header: string | undefined,
  secrets: readonly string[],
): SignatureCheck {
  if (header === undefined) return { ok: false, reason: 'missing' };
  if (header === '') return { ok: false, reason: 'malformed' };
  const secret = secrets.findIndex((candidate) => equalInConstantTime(header, candidate));
  return secret === -1 ? { ok: false, reason: 'mismatched' } : { ok: true, secret };
}

/**
 * Compares digests, so that neither content nor length of the secret shows in the time taken.
 *
 * The only way in which secrets are compared. `timingSafeEqual` throws for buffers of two lengths.
 */
export function equalInConstantTime(given: string, expected: string): boolean {
  // Any key does: it only makes both sides equally long and unpredictable.
  const digest = (text: string) => createHmac('sha256', 'comparison').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
