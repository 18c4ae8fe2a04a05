import { createHmac, createSecretKey } from 'node:crypto';
import type { Provider } from '../events/event.ts';
import { metaSignature } from '../providers/signature.ts';
import type { SigningSecrets } from './signing-secrets.ts';

export interface SignedContent {
  readonly id: string;
  readonly atMs: number;
  readonly body: string;
}

/** What a secret of Standard Webhooks begins with; base64 of its bytes follows. */
const SECRET_PREFIX = 'whsec_';

/**
 * Headers of a signed webhook, one signature for each secret.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function standardHeaders(
  { id, atMs, body }: SignedContent,
  { current, previous }: SigningSecrets,
): Record<string, string> {
  const secrets = previous === undefined ? [current] : [current, previous];
  const timestamp = String(Math.floor(atMs / 1000));
  const signatures = secrets.map((secret) => {
    // As a key object: with bytes in its place Node takes five times as long.
    const key = createSecretKey(secret.slice(SECRET_PREFIX.length), 'base64');
    const signed = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
    return `v1,${signed.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

/**
 * Headers as the provider signs its webhooks, and the id by which a repetition is told.
 *
 * Both providers have room for one signature: that of the secret in use.
 */
export function providerHeaders(
  provider: Provider,
  { id, body }: SignedContent,
  { current }: SigningSecrets,
): Record<string, string> {
  const signature =
    provider === 'meta'
      ? { 'x-hub-signature-256': metaSignature(Buffer.from(body), current) }
      : { 'x-webhook-signature': current };
  return { 'webhook-id': id, ...signature };
}
