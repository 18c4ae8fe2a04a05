import type { HttpRequest, HttpResponse } from '../../answers/api-gateway.ts';
import { splitMetaWebhook } from '../../providers/meta/webhook.ts';
import type { MetaSecrets, WasenderSession } from '../../providers/secrets.ts';
import {
  checkSharedSecret,
  checkSignature,
  checkSignatureForm,
  equalInConstantTime,
} from '../../providers/signature.ts';
import { splitWasenderWebhook } from '../../providers/wasender/webhook.ts';
import type { SecretSource } from '../../shared/aws/secrets-manager.ts';
import { type AcceptWebhookDeps, type Authentication, acceptWebhook } from './accept-webhook.ts';
import { checkAgainst } from './check-against.ts';

/** Meta delivers again for 7 days, and counts slow answers against the endpoint. */
const META = { deadlineMs: 5_000, previousVerified: 'PreviousAppSecretVerified' } as const;

/** Whether WasenderApi delivers again is documented nowhere: try for as long as API Gateway waits. */
const WASENDER = {
  deadlineMs: 25_000,
  previousVerified: 'PreviousWasenderSecretVerified',
} as const;

/** A webhook of Meta's Cloud API, signed over its bytes. */
export function acceptMetaWebhook(
  request: HttpRequest,
  deps: AcceptWebhookDeps & { readonly metaSecrets: SecretSource<MetaSecrets> },
): Promise<HttpResponse> {
  const signature = request.headers['x-hub-signature-256'];
  const authenticate = async (): Promise<Authentication> => {
    const reason = checkSignatureForm(signature);
    if (reason !== undefined) return { ok: false, reason };
    const check = await checkAgainst(deps.metaSecrets, ({ appSecrets }) =>
      checkSignature(request.rawBody, signature, appSecrets),
    );
    return check.ok ? { ...check, split: splitMetaWebhook } : check;
  };
  return acceptWebhook(request, { ...META, authenticate }, deps);
}

/** A webhook of WasenderApi: its path token names the session, its header is the shared secret. */
export function acceptWasenderWebhook(
  request: HttpRequest,
  deps: AcceptWebhookDeps & { readonly wasenderSessions: SecretSource<readonly WasenderSession[]> },
): Promise<HttpResponse> {
  const signature = request.headers['x-webhook-signature'];
  const authenticate = async (): Promise<Authentication> => {
    if (!signature) return { ok: false, reason: signature === '' ? 'malformed' : 'missing' };
    return checkAgainst(deps.wasenderSessions, (sessions) =>
      authenticateSession(sessions, request.path['token'] ?? '', signature),
    );
  };
  return acceptWebhook(request, { ...WASENDER, authenticate }, deps);
}

function authenticateSession(
  sessions: readonly WasenderSession[],
  token: string,
  signature: string,
): Authentication {
  const known = sessions.find((session) => equalInConstantTime(token, session.token));
  if (known === undefined) return { ok: false, reason: 'unknown' };
  const check = checkSharedSecret(signature, known.secrets);
  if (!check.ok) return check;
  return {
    ...check,
    split: (body, receivedAt) => splitWasenderWebhook(body, known.session, receivedAt),
  };
}
