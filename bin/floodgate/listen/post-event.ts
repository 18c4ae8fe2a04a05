import { standardHeaders } from '../../../lambda/delivery/signature.ts';
import type { SigningSecrets } from '../../../lambda/delivery/signing-secrets.ts';
import type { WaitingEvent } from './waiting-event.ts';

/** What became of a post; `ms` is what it took. */
export type Posted = { readonly ms: number } & (
  | { readonly kind: 'taken' | 'refused'; readonly status: number }
  | { readonly kind: 'timeout' }
  /** Nobody listens there, or the connection broke. */
  | { readonly kind: 'unreachable'; readonly fault: string }
);

export interface PostOptions {
  readonly url: string;
  readonly secrets: SigningSecrets;
  readonly timeoutMs: number;
}

/** Posts an event as the deliverer would have. */
export async function postEvent(
  { body, headers }: WaitingEvent,
  { url, secrets, timeoutMs }: PostOptions,
): Promise<Posted> {
  const startMs = performance.now();
  const ms = () => Math.round(performance.now() - startMs);
  try {
    const response = await fetch(url, {
      ...{ method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) },
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Floodgate/1',
        ...headers,
        ...freshSignature(body, headers, secrets),
      },
    });
    await response.body?.cancel();
    const { status, ok } = response;
    return { kind: ok ? 'taken' : 'refused', status, ms: ms() };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return { kind: 'timeout', ms: ms() };
    }
    return { kind: 'unreachable', fault: faultOf(error), ms: ms() };
  }
}

/** Receivers refuse what was signed five minutes ago, and an event may have waited for a day. */
function freshSignature(
  body: string,
  headers: WaitingEvent['headers'],
  secrets: SigningSecrets,
): Readonly<Record<string, string>> {
  const id = headers['webhook-id'];
  const isStandard = headers['webhook-timestamp'] !== undefined;
  // Not so where the subscriber's format was changed since, and its secret is of the other kind.
  return id !== undefined && isStandard && secrets.current.startsWith('whsec_')
    ? standardHeaders({ id, atMs: Date.now(), body }, secrets)
    : {};
}

/** `fetch` hides what went wrong in the cause. */
function faultOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause ? String(cause.code) : cause.message;
}
