import type { AcquirePermit } from '../adapters/delivery-limits.ts';
import type { LoggedAttempt } from '../adapters/delivery-log.ts';
import { saidKindOf } from '../domain/content/said-kind.ts';
import type { Delivery, RoutedEvent } from '../domain/delivery.ts';
import { giveUpAt } from '../domain/delivery-retry.ts';
import { isToldIn, type Subscriber } from '../domain/subscriber.ts';
import { type AttemptDeps, type AttemptOutcome, attemptDelivery } from './attempt-delivery.ts';

export interface TryDeps extends AttemptDeps {
  readonly acquire: AcquirePermit;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly logAttempt: (subscriberId: string, attempt: LoggedAttempt) => void;
}

export interface Try {
  readonly delivery: Delivery;
  readonly subscriber: Subscriber;
  /** Which try it is, from 1. */
  readonly number: number;
  /** How long it may wait for the subscriber's limits. */
  readonly patienceMs: number;
}

export type TryOutcome =
  | Exclude<AttemptOutcome, { kind: 'failed' }>
  /** `isLast`: its three days are over. */
  | (Extract<AttemptOutcome, { kind: 'failed' }> & { readonly isLast: boolean })
  /** Nothing was tried: the subscriber's format was changed to one that has no word for it. */
  | { readonly kind: 'untold' }
  /** Nothing was tried: the subscriber's limits let nothing go out. */
  | { readonly kind: 'limited' };

const NEXT_LOOK_MS = 200;

/** Tries once, within the subscriber's limits, and logs it. Rejects as `attemptDelivery` does. */
export async function tryDelivery(
  { delivery, subscriber, number, patienceMs }: Try,
  signal: AbortSignal,
  deps: TryDeps,
): Promise<TryOutcome> {
  if (!isToldIn(subscriber.format, delivery.event)) return { kind: 'untold' };
  const untilMs = deps.now() + patienceMs;
  let permit = await deps.acquire(subscriber, signal);
  while (permit === undefined) {
    if (deps.now() >= untilMs) return { kind: 'limited' };
    await deps.sleep(NEXT_LOOK_MS, signal);
    permit = await deps.acquire(subscriber, signal);
  }
  const at = deps.now();
  try {
    const attempted = await attemptDelivery(delivery, subscriber, signal, deps);
    const isLast = at >= giveUpAt(delivery, subscriber);
    const outcome = attempted.kind === 'failed' ? { ...attempted, isLast } : attempted;
    const latencyMs = deps.now() - at;
    const { event } = delivery;
    const tried = { eventId: event.id, what: whatOf(event), at, try: number, latencyMs };
    deps.logAttempt(subscriber.id, { ...tried, ...loggedOutcome(outcome) });
    return outcome;
  } finally {
    // A slot that is not given back frees itself; what was delivered must not fail for it.
    await permit.giveBack(signal).catch(() => {});
  }
}

/** The log outlives what is forgotten of a contact: it has a word for what was said, and none of it. */
function whatOf(event: RoutedEvent): string {
  const said = saidKindOf(event)();
  const word = event.media === undefined ? event.kind : `file ${event.media.state}`;
  return said === undefined || said === 'unknown' ? `${word} ${event.type}` : `${word} ${said}`;
}

function loggedOutcome(
  outcome: Exclude<TryOutcome, { kind: 'limited' | 'untold' }>,
): Pick<LoggedAttempt, 'outcome' | 'status' | 'fault'> {
  const status =
    'status' in outcome && outcome.status !== undefined ? { status: outcome.status } : {};
  switch (outcome.kind) {
    case 'failed':
      return { outcome: outcome.isLast ? 'gave-up' : 'failed', fault: outcome.fault, ...status };
    case 'undeliverable':
      return { outcome: 'gave-up', fault: outcome.fault };
    default:
      return { outcome: outcome.kind, ...status };
  }
}
