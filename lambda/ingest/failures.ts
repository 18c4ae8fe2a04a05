import type { HttpResponse } from '../adapters/api-gateway.ts';
import type { LogFields } from '../adapters/telemetry.ts';
import type { MetricName } from '../metric-names.ts';

export interface FailureDeps {
  readonly count: (metric: MetricName) => void;
  readonly error: (message: string, fields: LogFields) => void;
}

/** Not the sender's fault, so it is asked to deliver again. */
export function secretUnavailable(cause: unknown, deps: FailureDeps): HttpResponse {
  deps.count('SecretUnavailable');
  // What Secrets Manager or our own parser says names the secret and the fault, never the content.
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : 'unknown';
  deps.error('Secret not readable', { reason });
  return { status: 503, body: 'not able to check signatures now; deliver again' };
}

export function queueUnavailable(cause: unknown, deps: FailureDeps): HttpResponse {
  deps.count('QueueUnavailable');
  // Only the name: a message of the queue's client may quote what was sent.
  deps.error('Events not queued', { reason: cause instanceof Error ? cause.name : 'unknown' });
  return { status: 503, body: 'not able to store now; deliver again' };
}
