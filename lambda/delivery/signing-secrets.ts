import { createHmac } from 'node:crypto';
import { parseSecretJson, secretTextAt } from '../providers/secrets.ts';
import type { Subscriber } from './subscriber.ts';

/** Reads `{"signingKey":"…"}`, of which all signing secrets are made. Throws without the content. */
export function parseSigningKey(text: string): string {
  return secretTextAt(parseSecretJson(text), 'signingKey');
}

/** What signs the deliveries of a subscriber, and what its receiver verifies them with. */
export interface SigningSecrets {
  readonly current: string;
  /** That from before the last rotation, for as long as it is valid beside the current one. */
  readonly previous?: string;
}

/**
 * Derives the secrets, as the receiver's software wants them: for `standard` those of Standard
 * Webhooks, for `provider` what goes for Meta's app secret or for WasenderApi's webhook secret.
 *
 * The derivation is frozen by test vectors: with another, no receiver could verify anything.
 *
 * @see docs/adr/0006-derived-signing-secrets.md
 */
export function signingSecrets(
  signingKey: string,
  subscriber: Pick<Subscriber, 'id' | 'format' | 'secretVersion' | 'previousSecretUntil'>,
  nowMs: number,
): SigningSecrets {
  const { id, format, secretVersion, previousSecretUntil = 0 } = subscriber;
  const secret = (version: number) => {
    const mac = createHmac('sha256', signingKey).update(`subscriber.${id}.${version}`);
    return format === 'standard' ? `whsec_${mac.digest('base64')}` : mac.digest('hex');
  };
  return {
    current: secret(secretVersion),
    ...(nowMs < previousSecretUntil && { previous: secret(secretVersion - 1) }),
  };
}
