import { createHmac } from 'node:crypto';
import type { Provider } from '../../lambda/events/event.ts';
import type { Webhook } from './traffic.ts';

/** Where webhooks go, and what proves that they may. */
export interface Target {
  /** What comes before `/webhooks/…`. */
  readonly baseUrl: string;
  readonly secrets: Readonly<Record<Provider, string>>;
  /** Last part of the path of WasenderApi's webhooks. */
  readonly pathToken: string;
}

export interface SignedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The request that a provider would make of a webhook. */
export function signRequest({ provider, body: text }: Webhook, target: Target): SignedRequest {
  const body = Buffer.from(text);
  const secret = target.secrets[provider];
  const headers = { 'content-type': 'application/json' };
  if (provider === 'wasender') {
    const url = `${target.baseUrl}/webhooks/wasender/${encodeURIComponent(target.pathToken)}`;
    return { url, headers: { ...headers, 'x-webhook-signature': secret }, body };
  }
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    url: `${target.baseUrl}/webhooks/meta`,
    headers: { ...headers, 'x-hub-signature-256': `sha256=${signature}` },
    body,
  };
}
