import type { PutAside } from '../adapters/backlog-table.ts';
import { startDeadline } from '../adapters/deadline.ts';
import type { DeliveryStateWriter } from '../adapters/delivery-state.ts';
import type { DeadLetter } from '../adapters/sqs-dead-letter.ts';
import type { LogFields } from '../adapters/telemetry.ts';
import type { Delivery } from '../domain/delivery.ts';
import { deliveryDelaySeconds } from '../domain/delivery-retry.ts';
import { deliveryMode, FAILURES_TO_OPEN, type OpenedBecause } from '../domain/delivery-state.ts';
import type { QueuedMessage } from '../domain/queued-message.ts';
import type { MetricName } from '../metric-names.ts';
import type { SubscriberView, SubscriberViews } from './subscriber-views.ts';
import { type Try, type TryDeps, type TryOutcome, tryDelivery } from './try-delivery.ts';

export interface SettleDeps extends TryDeps {
  readonly views: SubscriberViews;
  readonly state: DeliveryStateWriter;
  readonly putAside: PutAside;
  readonly deadLetter: DeadLetter;
  /** Ends all deliveries to a subscriber. False where it was changed since it was read. */
  readonly disable: (view: SubscriberView, signal: AbortSignal) => Promise<boolean>;
  /** Whether a try could still be made. */
  readonly hasTime: () => boolean;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (message: string, fields: LogFields) => void;
}

/** Goes back to the queue for a while, and those behind it in its group with it. */
export class Postponed extends Error {
  override readonly name = 'Postponed';
  readonly fault: string;
  readonly delaySeconds: number;

  constructor(fault: string, delaySeconds: number) {
    super(fault);
    this.fault = fault;
    this.delaySeconds = delaySeconds;
  }
}

/** Turns that one delivery takes at most: what it finds may change while it looks. */
const MAX_TURNS = 5;

/** Receives in which limits let nothing out, after which a delivery leaves the queue for the backlog. */
const LIMITED_RECEIVES = 8;

const LIMITS_PATIENCE_MS = 2000;

/** How long the breaker's closing makes a delivery wait, at least. */
const CLOSING_SECONDS = 4;

/**
 * Deals with one delivery, so that the next of its group may follow. Rejects where none may.
 *
 * Delivers it, or puts it aside where earlier ones of its group may be: nothing overtakes.
 */
export async function settleDelivery(
  message: QueuedMessage,
  delivery: Delivery,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const view = await deps.views.get(delivery.subscriberId, signal);
    if (view === undefined) return deps.count('DeliveryDropped');
    if (await takeTurn(message, delivery, view, signal, deps)) return;
  }
  throw new Postponed('unsettled', CLOSING_SECONDS);
}

/** False where something was changed, and it has to be looked at anew. */
async function takeTurn(
  message: QueuedMessage,
  delivery: Delivery,
  view: SubscriberView,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<boolean> {
  switch (deliveryMode(view.subscriber, view.state)) {
    case 'direct':
      return deliver(message, delivery, view, signal, deps);
    case 'aside':
      return putAside(message, delivery, view, signal, deps);
    case 'open':
      return open(view, 'paused', signal, deps);
    case 'drop':
      deps.count('DeliveryDropped');
      return true;
    default:
      throw new Postponed('closing', CLOSING_SECONDS * (1 + deps.random()));
  }
}

/** Opens the breaker, or finds that another has; either way it must be looked at anew. */
async function open(
  { subscriber: { id } }: SubscriberView,
  because: OpenedBecause,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<false> {
  const from = because === 'paused' ? 'either' : 'closed';
  const isOpened = await deps.state.open(id, because, from, signal);
  deps.views.forget(id);
  if (isOpened && because === 'failing') {
    deps.count('BreakerOpened');
    deps.warn('Endpoint keeps failing, deliveries go to the backlog', { subscriberId: id });
  }
  return false;
}

async function putAside(
  message: QueuedMessage,
  delivery: Delivery,
  { validUntil }: SubscriberView,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<boolean> {
  // After that the breaker may be closed, and what is put aside would wait for nobody.
  const leftMs = validUntil - deps.now();
  if (leftMs <= 0) return false;
  using deadline = startDeadline(leftMs);
  const ends = AbortSignal.any([signal, deadline.signal]);
  const { messageGroupId, messageId, sequenceNumber } = message;
  if (await deps.putAside(delivery, messageGroupId ?? messageId, sequenceNumber, ends)) {
    deps.count('DeliverySetAside');
    return true;
  }
  // To wait in the queue, hidden, it would take the place of others' deliveries, until SQS deletes it.
  await giveUp(message, delivery, 'backlog-full', '', signal, deps);
  return true;
}

/** False where it has to be settled otherwise. */
async function deliver(
  message: QueuedMessage,
  delivery: Delivery,
  view: SubscriberView,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<boolean> {
  if (!deps.hasTime()) throw new Postponed('out-of-time', 0);
  const { subscriber, state } = view;
  const { receiveCount: number } = message;
  const next: Try = { delivery, subscriber, number, patienceMs: LIMITS_PATIENCE_MS };
  const outcome = await tryDelivery(next, signal, deps);
  switch (outcome.kind) {
    case 'delivered':
      deps.count('DeliverySucceeded');
      // It counts failures in a run; one too many opens the breaker early, which loses nothing.
      if (state.failures > 0) await deps.state.clearFailures(subscriber.id, signal).catch(() => {});
      return true;
    case 'gone':
      return disable(view, signal, deps);
    case 'undeliverable':
      await giveUp(message, delivery, outcome.fault, '', signal, deps);
      return true;
    case 'untold':
      deps.count('DeliveryDropped');
      return true;
    case 'limited':
      if (number >= LIMITED_RECEIVES) return open(view, 'limits', signal, deps);
      throw new Postponed('limited', number + deps.random());
    default:
      return failed(message, delivery, view, outcome, signal, deps);
  }
}

/** The endpoint has answered that it is gone for good; unless it was changed, it gets no more. */
async function disable(
  view: SubscriberView,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<boolean> {
  const isDisabled = await deps.disable(view, signal);
  deps.views.forget(view.subscriber.id);
  if (!isDisabled) return false;
  deps.count('SubscriberGone');
  deps.count('DeliveryDropped');
  deps.warn('Endpoint is gone, its subscriber disabled', { subscriberId: view.subscriber.id });
  return true;
}

async function failed(
  message: QueuedMessage,
  delivery: Delivery,
  view: SubscriberView,
  outcome: Extract<TryOutcome, { kind: 'failed' }>,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<boolean> {
  deps.count('DeliveryFailed');
  const { fault, excerpt, isLast } = outcome;
  const failures = await deps.state.addFailure(view.subscriber.id, signal);
  if (isLast) {
    await giveUp(message, delivery, fault, excerpt, signal, deps);
    return true;
  }
  if (failures >= FAILURES_TO_OPEN) return open(view, 'failing', signal, deps);
  // The next success of this batch must know of it.
  if (view.state.failures === 0) deps.views.forget(view.subscriber.id);
  const tries = message.receiveCount;
  throw new Postponed(fault, deliveryDelaySeconds(tries, deps.random(), outcome.retryAfterSeconds));
}

async function giveUp(
  message: QueuedMessage,
  { event, subscriberId }: Delivery,
  fault: string,
  excerpt: string,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  const { receiveCount } = message;
  await deps.deadLetter(message, 'undeliverable', signal, { fault, answer: excerpt });
  deps.count('DeliveryDeadLettered');
  deps.warn('Delivery dead-lettered', { eventId: event.id, subscriberId, fault, receiveCount });
}
