import type { HttpResponse } from '../../answers/api-gateway.ts';
import type { MetricName } from '../../metric-names.ts';
import { SECRET_OUTDATED } from '../../shared/aws/secrets-manager.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';

export interface FailureDeps {
  readonly count: (metric: MetricName) => void;
  readonly error: (message: string, fields: LogFields) => void;
}

/** Not the sender's fault, so it is asked to deliver again. */
export function secretUnavailable(cause: unknown, deps: FailureDeps): HttpResponse {
  deps.count('SecretUnavailable');
  deps.error('Secret not readable', { reason: reasonOf(cause) });
  return { status: 503, body: 'not able to check signatures now; deliver again' };
}

/** Nobody is refused yet: what was read last is good for an hour. */
export function secretOutdated(cause: unknown, deps: FailureDeps): void {
  deps.count('SecretOutdated');
  deps.error(SECRET_OUTDATED, { reason: reasonOf(cause) });
}

/** What Secrets Manager or our own parser says names the secret and the fault, never the content. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : 'unknown';
}

export function queueUnavailable(cause: unknown, deps: FailureDeps): HttpResponse {
  deps.count('QueueUnavailable');
  // Only the name: a message of the queue's client may quote what was sent.
  deps.error('Events not queued', { reason: cause instanceof Error ? cause.name : 'unknown' });
  return { status: 503, body: 'not able to store now; deliver again' };
}
