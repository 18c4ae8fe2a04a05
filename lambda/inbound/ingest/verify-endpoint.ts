import type { HttpRequest, HttpResponse } from '../../answers/api-gateway.ts';
import type { MetricName } from '../../metric-names.ts';
import type { MetaSecrets } from '../../providers/secrets.ts';
import { equalInConstantTime } from '../../providers/signature.ts';
import type { SecretSource } from '../../shared/aws/secrets-manager.ts';
import { checkAgainst } from './check-against.ts';
import { type FailureDeps, secretUnavailable } from './failures.ts';

export interface VerifyEndpointDeps extends FailureDeps {
  readonly metaSecrets: SecretSource<MetaSecrets>;
  readonly count: (metric: MetricName) => void;
}

/**
 * Meta's handshake: the verify token shows that the endpoint is whose it is said to be.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
export async function verifyEndpoint(
  { query }: HttpRequest,
  deps: VerifyEndpointDeps,
): Promise<HttpResponse> {
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = query;
  if (mode !== 'subscribe') return { status: 403, body: 'hub.mode is not "subscribe"' };
  if (!challenge) return { status: 400, body: 'hub.challenge is missing' };
  try {
    const { ok } = await checkAgainst(deps.metaSecrets, (secrets) => ({
      ok: isOneOf(token ?? '', secrets.verifyTokens),
    }));
    if (ok) return { status: 200, body: challenge };
  } catch (error) {
    return secretUnavailable(error, deps);
  }
  deps.count('VerifyTokenMismatched');
  return { status: 403, body: 'hub.verify_token is none of the valid ones' };
}

/** Compares with every token, so that the time taken does not tell which one is right. */
function isOneOf(token: string, valid: readonly string[]): boolean {
  return valid.map((candidate) => equalInConstantTime(token, candidate)).includes(true);
}
