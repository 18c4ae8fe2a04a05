import type { HttpRequest, HttpResponse } from '../../answers/api-gateway.ts';
import type { WebhookEvent } from '../../events/event.ts';
import type { MetricName } from '../../metric-names.ts';
import type { WebhookSplit } from '../../providers/webhook-split.ts';
import { startDeadline, startStopwatch } from '../../shared/aws/deadline.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import { type JsonSource, readJsonSource } from '../../shared/json/json-source.ts';
import { type FailureDeps, queueUnavailable, secretUnavailable } from './failures.ts';

export interface AcceptWebhookDeps extends FailureDeps {
  /** Resolves only when the queue has confirmed every event; rejects when the deadline is over. */
  readonly enqueue: (events: readonly WebhookEvent[], deadline: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly warn: (message: string, fields: LogFields) => void;
}

export type Authentication =
  | {
      readonly ok: true;
      /** Which of the valid secrets fits; 0 is the current one. */
      readonly secret: number;
      readonly split: (body: JsonSource, receivedAt: number) => WebhookSplit;
    }
  | { readonly ok: false; readonly reason: keyof typeof REFUSALS };

/** How the webhooks of one provider are accepted. */
export interface Reception {
  readonly authenticate: () => Promise<Authentication>;
  readonly deadlineMs: number;
  /** Counts what no current secret verifies: while it is counted, a previous one is still in use. */
  readonly previousVerified: MetricName;
}

/** The queue gets as much even if nothing is left, since splitting takes as long again the next time. */
const QUEUE_MS = 2_000;

/** Time to queue one event of a webhook with more than a thousand, as a channel's history has. */
const MS_PER_EVENT = 5;

/** Those that a sender could mean. Whatever else it says may be anything. */
const CONTENT_TYPE =
  /^(application\/(json|octet-stream|x-www-form-urlencoded|xml)|multipart\/form-data|text\/(html|plain|xml))(?=;|$)/;

const BYTE_ORDER_MARK = /^\uFEFF/;

/** A wrong path token is answered as a wrong secret, so that nobody can search for tokens. */
const REFUSALS = {
  missing: { status: 401, body: 'signature is missing', metric: 'SignatureMissing' },
  malformed: { status: 401, body: 'signature is malformed', metric: 'SignatureMalformed' },
  mismatched: { status: 403, body: 'signature does not match', metric: 'SignatureMismatched' },
  unknown: { status: 403, body: 'signature does not match', metric: 'PathTokenUnknown' },
} as const satisfies Record<string, HttpResponse & { metric: MetricName }>;

/**
 * Accepts one webhook: proves the sender, splits, and answers 200 only once the queue holds every
 * event. What is not the sender's fault is answered 503, so that it delivers again.
 */
export async function acceptWebhook(
  request: HttpRequest,
  { authenticate, deadlineMs, previousVerified }: Reception,
  deps: AcceptWebhookDeps,
): Promise<HttpResponse> {
  const elapsedMs = startStopwatch();
  let authentication: Authentication;
  try {
    authentication = await authenticate();
  } catch (error) {
    return secretUnavailable(error, deps);
  }
  if (!authentication.ok) {
    const { metric, ...response } = REFUSALS[authentication.reason];
    deps.count(metric);
    return response;
  }
  if (authentication.secret > 0) deps.count(previousVerified);
  const split = splitBody(request, authentication.split, deps.now());
  if (!split.ok) return refuseBody(request, split.reason, deps);
  if (split.isForeign) {
    // Of a product that the same app is subscribed to: to refuse it would have it come for 7 days.
    deps.count('WebhookForeign');
    return { status: 200, body: 'not of WhatsApp, so not stored' };
  }
  const allowedMs = Math.max(deadlineMs, split.events.length * MS_PER_EVENT);
  using deadline = startDeadline(Math.max(allowedMs - elapsedMs(), QUEUE_MS));
  return await store(split.events, deadline.signal, deps);
}

function splitBody(
  { rawBody }: HttpRequest,
  split: (body: JsonSource, receivedAt: number) => WebhookSplit,
  receivedAt: number,
): WebhookSplit {
  const reading = readJsonSource(rawBody.toString('utf8').replace(BYTE_ORDER_MARK, ''));
  return reading.ok ? split(reading.source, receivedAt) : reading;
}

async function store(
  events: readonly WebhookEvent[],
  deadline: AbortSignal,
  deps: AcceptWebhookDeps,
): Promise<HttpResponse> {
  if (events.length === 0) {
    deps.count('WebhookEmpty');
    return { status: 200, body: 'nothing to store' };
  }
  try {
    await deps.enqueue(events, deadline);
    return { status: 200, body: 'stored' };
  } catch (error) {
    return queueUnavailable(error, deps);
  }
}

/** The provider gives it up after 7 days, and then it is gone: someone must look. */
function refuseBody(
  { headers, rawBody }: HttpRequest,
  reason: string,
  deps: AcceptWebhookDeps,
): HttpResponse {
  deps.count('SignedBodyRefused');
  const contentType = CONTENT_TYPE.exec(headers['content-type'] ?? '')?.[0];
  deps.warn('Signed body refused', { reason, contentLength: rawBody.length, contentType });
  return { status: 400, body: reason };
}
