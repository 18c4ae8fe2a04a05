import { saidKindOf } from '../../content/said-kind.ts';
import type { RoutedEvent } from '../../events/routed-event.ts';
import type { QueuedMessage } from '../../shared/queue/queued-message.ts';
import type { Delivery } from '../delivery.ts';
import type { History } from '../history-table.ts';
import type { LoggedAttempt } from '../log-table.ts';
import { isOver } from '../retry.ts';
import type { Subscriber } from '../subscriber.ts';
import { isTestEvent } from '../test-event.ts';
import {
  type AttemptDeps,
  type AttemptOutcome,
  attemptDelivery,
  type Clearance,
  type Recipient,
} from './attempt-delivery.ts';

export interface TryDeps extends AttemptDeps {
  readonly logAttempt: (subscriberId: string, attempt: LoggedAttempt) => void;
}

export interface Try {
  readonly message: Pick<QueuedMessage, 'sentAt'>;
  readonly delivery: Delivery;
  readonly past: History | undefined;
  readonly recipient: Recipient;
}

/** `isLast`: it will not be tried again. */
export type TryOutcome =
  | Exclude<AttemptOutcome, { kind: 'failed' }>
  | (Extract<AttemptOutcome, { kind: 'failed' }> & { readonly isLast: boolean });

/** Tries once, and logs it. Rejects as `attemptDelivery` does. */
export async function tryDelivery(
  { message: { sentAt }, delivery, past, recipient }: Try,
  signal: AbortSignal,
  deps: TryDeps,
): Promise<TryOutcome> {
  const { event, subscriberId } = delivery;
  const cleared: { at: number; subscriber?: Subscriber } = { at: deps.now() };
  const clearance: Clearance = async () => {
    const given = await recipient.clearance();
    Object.assign(cleared, { at: deps.now(), subscriber: given?.subscriber });
    return given;
  };
  const attempted = await attemptDelivery(delivery, { ...recipient, clearance }, signal, deps);
  const { at, subscriber = {} } = cleared;
  if (attempted.kind === 'unwanted') return attempted;
  const atMs = deps.now();
  const { tries = 0, firstTriedAt = at } = past?.failed ?? {};
  const isLast =
    attempted.kind === 'failed' &&
    (isTestEvent(event) ||
      isOver({ firstTriedAt, sentAt, atMs }, attempted, subscriber) !== undefined);
  const outcome = attempted.kind === 'failed' ? { ...attempted, isLast } : attempted;
  const tried = {
    eventId: event.id,
    what: whatOf(event),
    at,
    try: tries + 1,
    latencyMs: atMs - at,
  };
  deps.logAttempt(subscriberId, { ...tried, ...loggedOutcome(outcome) });
  return outcome;
}

/** The log outlives what is forgotten of a contact: it has a word for what was said, and none of it. */
function whatOf(event: RoutedEvent): string {
  const said = saidKindOf(event)();
  const word = event.media === undefined ? event.kind : `file ${event.media.state}`;
  return said === undefined || said === 'unknown' ? `${word} ${event.type}` : `${word} ${said}`;
}

function loggedOutcome(
  outcome: Exclude<TryOutcome, { kind: 'unwanted' }>,
): Pick<LoggedAttempt, 'outcome' | 'status' | 'fault' | 'answer'> {
  const status =
    'status' in outcome && outcome.status !== undefined ? { status: outcome.status } : {};
  switch (outcome.kind) {
    case 'failed':
      return {
        ...{ outcome: outcome.isLast ? 'gave-up' : 'failed', fault: outcome.fault, ...status },
        ...(outcome.excerpt !== '' && { answer: outcome.excerpt }),
      };
    case 'undeliverable':
      return { outcome: 'gave-up', fault: outcome.fault };
    default:
      return { outcome: outcome.kind, ...status };
  }
}
