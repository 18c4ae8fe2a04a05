import type { HttpRequest } from '../../lambda/answers/api-gateway.ts';
import type { WebhookEvent } from '../../lambda/events/event.ts';
import type { MetricName } from '../../lambda/metric-names.ts';
import type { MetaSecrets, WasenderSession } from '../../lambda/providers/secrets.ts';
import type { SecretSource } from '../../lambda/shared/aws/secrets-manager.ts';
import type { LogFields } from '../../lambda/shared/aws/telemetry.ts';
import { metaSignature, RECEIVED_AT } from './webhooks.ts';

/** A secret that is rotated behind the function's back. */
export function fakeSecret<T>(current: T, newer?: T): SecretSource<T> & { looks: number } {
  return {
    looks: 0,
    current: async () => current,
    async newer() {
      this.looks += 1;
      return newer;
    },
  };
}

export function unreadableSecret(): SecretSource<never> {
  const read = async () => Promise.reject(new Error('secretsmanager: 400 AccessDeniedException'));
  return { current: read, newer: read };
}

/** Everything that ingest needs, and a record of what it did with it. */
export function fakeIngest(
  overrides: {
    metaSecrets?: SecretSource<MetaSecrets>;
    wasenderSessions?: SecretSource<readonly WasenderSession[]>;
    enqueue?: (events: readonly WebhookEvent[], deadline: AbortSignal) => Promise<void>;
  } = {},
) {
  const queued: WebhookEvent[] = [];
  const counted: MetricName[] = [];
  const logged: { message: string; fields: LogFields }[] = [];
  const log = (message: string, fields: LogFields) => void logged.push({ message, fields });
  const deps = {
    metaSecrets: fakeSecret<MetaSecrets>({
      appSecrets: ['current', 'previous'],
      verifyTokens: ['token', 'earlier'],
    }),
    wasenderSessions: fakeSecret<readonly WasenderSession[]>([
      { session: 'other', token: 'other-path', secrets: ['other-secret'] },
      { session: 'shop', token: 'path', secrets: ['current', 'previous'] },
    ]),
    enqueue: async (events: readonly WebhookEvent[]) => void queued.push(...events),
    now: () => RECEIVED_AT,
    count: (metric: MetricName) => void counted.push(metric),
    warn: log,
    error: log,
    ...overrides,
  };
  return { deps, queued, counted, logged };
}

export function aRequest(overrides: Partial<HttpRequest> = {}): HttpRequest {
  return { routeKey: '', rawBody: Buffer.alloc(0), headers: {}, query: {}, path: {}, ...overrides };
}

export function signedRequest(body: string | Buffer, appSecret = 'current'): HttpRequest {
  return aRequest({
    rawBody: Buffer.from(body),
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': metaSignature(body, appSecret),
    },
  });
}

export function wasenderRequest(body: string, signature?: string, token = 'path'): HttpRequest {
  return aRequest({
    rawBody: Buffer.from(body),
    headers: { 'x-webhook-signature': signature },
    path: { token },
  });
}
