import type { OwnershipDeps } from '../../channels/tenancy.ts';
import type { DeadLetter } from '../../events/sqs-dead-letter.ts';
import type { MetricName } from '../../metric-names.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import type { UnreadableBody } from '../../shared/queue/body.ts';
import type { QueuedMessage } from '../../shared/queue/queued-message.ts';
import { type Delivery, readDelivery } from '../delivery.ts';
import { holdOf, isDead } from '../endpoint-state.ts';
import type { EndpointStateWriter } from '../endpoint-table.ts';
import type { DeliveryHistory, History } from '../history-table.ts';
import {
  deliveryDelaySeconds,
  type EndpointFault,
  isExpiring,
  isOver,
  slowsSeconds,
} from '../retry.ts';
import type { SigningSecrets } from '../signing-secrets.ts';
import type { Subscriber } from '../subscriber.ts';
import { isTestEvent } from '../test-event.ts';
import { isOfTenant, isStillWanted } from '../wanted.ts';
import type { NextSlot } from './pacer.ts';
import type { SubscriberView, SubscriberViews } from './subscriber-views.ts';
import { type TryDeps, type TryOutcome, tryDelivery } from './try-delivery.ts';

export interface SettleDeps extends TryDeps, OwnershipDeps {
  readonly views: SubscriberViews;
  readonly state: EndpointStateWriter;
  readonly history: DeliveryHistory;
  readonly nextSlot: NextSlot;
  readonly secretsOf: (subscriber: Subscriber) => Promise<SigningSecrets>;
  readonly deadLetter: DeadLetter;
  /** Ends all deliveries to a subscriber. False where it was changed since it was read. */
  readonly disable: (view: SubscriberView, signal: AbortSignal) => Promise<boolean>;
  /** Whether a try could still be made. */
  readonly hasTime: () => boolean;
  /** Whether it is tried though its endpoint counts as dead: then it counts for no delay either. */
  readonly isProbe: boolean;
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

/** Waiting for longer than that, it may have been dropped or forgotten meanwhile. */
const FRESH_MS = 10 * 60_000;

const UNREADABLE_SECONDS = 60;

/** Who has no time for one more try leaves it to another at once. */
const AT_ONCE = 0;

/** Deals with one message, so that the next of its group may follow. Rejects where none may. */
export async function settleMessage(
  message: QueuedMessage,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  const reading = readDelivery(message.body);
  if (reading.ok) return settleDelivery(message, reading.delivery, signal, deps);
  await deadLetterUnreadable(message, reading, signal, deps);
}

/** What nobody can read is a dead letter. Rejects where a later release wrote it, which can. */
export async function deadLetterUnreadable(
  message: QueuedMessage,
  reading: UnreadableBody,
  signal: AbortSignal,
  { deadLetter, count, warn }: Pick<SettleDeps, 'deadLetter' | 'count' | 'warn'>,
): Promise<void> {
  if (reading.reason === 'newer') throw Object.assign(new Error(), { name: 'newer-version' });
  await deadLetter(message, 'malformed', signal);
  count('DeliveryDeadLettered');
  const { messageId } = message;
  warn('Delivery dead-lettered', { fault: 'malformed', detail: reading.detail, messageId });
}

/** What all of a subscriber waits for: no news of a delivery. */
export const HELD: ReadonlySet<string> = new Set(['paused', 'endpoint-down', 'slowed', 'limited']);

/** What a delivery waits for without a try. */
const WAITS: ReadonlySet<string> = new Set([
  ...[...HELD, 'unreadable-subscriber', 'unreadable-channel'],
]);

async function settleDelivery(
  message: QueuedMessage,
  delivery: Delivery,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  const past = await historyOf(message, delivery, signal, deps);
  if (past?.isDropped || past?.isForgotten) return drop(delivery, past, signal, deps);
  try {
    await sendOut(message, delivery, past, signal, deps);
  } catch (error) {
    const isWaiting = error instanceof Postponed && WAITS.has(error.fault);
    if (!isWaiting || !isExpiring(message.sentAt, deps.now())) throw error;
    await giveUp({ message, delivery }, 'expiring', '', signal, deps);
  }
}

async function sendOut(
  message: QueuedMessage,
  delivery: Delivery,
  past: History | undefined,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  const early = await admitted(delivery, signal, deps);
  if (early === undefined) return drop(delivery, past, signal, deps);
  if (!deps.hasTime()) throw new Postponed('out-of-time', AT_ONCE);
  let view = early;
  // Looked at again: what holds at the moment of the post is no older than a view.
  const ready = async (latestMs: number) => {
    const late = await admitted(delivery, signal, deps, latestMs);
    view = late ?? view;
    return late && { subscriber: late.subscriber, secrets: await deps.secretsOf(late.subscriber) };
  };
  const clearance = async () => {
    // Where what they are made from is not known yet, that takes longer than a time lasts.
    await deps.secretsOf(view.subscriber);
    const turn = await deps.nextSlot(view.subscriber, { ready, signal });
    if (turn === undefined) throw new Postponed('limited', 1 + deps.random());
    return turn.ready;
  };
  const recipient = { format: early.subscriber.format, clearance };
  const outcome = await tryDelivery({ message, delivery, past, recipient }, signal, deps);
  return heed({ message, delivery, past, view }, outcome, signal, deps);
}

type ReadableView = SubscriberView & { readonly subscriber: Subscriber };

/**
 * The subscriber, where the delivery may go out to it; undefined where it gets it no more. Rejects where it waits.
 *
 * @param atMs until when what is known of it may be used
 */
async function admitted(
  { subscriberId, event }: Delivery,
  signal: AbortSignal,
  { views, ownership, isProbe, now, random }: SettleDeps,
  atMs = now(),
): Promise<ReadableView | undefined> {
  const view = await views.get(subscriberId, signal, atMs);
  if (view === undefined) return undefined;
  const { subscriber, state } = view;
  if (subscriber === undefined) throw new Postponed('unreadable-subscriber', UNREADABLE_SECONDS);
  if (subscriber.disabledBecause !== undefined) return undefined;
  if (!isStillWanted(subscriber, event)) return undefined;
  // Asked again: whoever handed it on may not have known, and a channel may be another's since.
  const isTheirs = isOfTenant(subscriber, event, await ownership(signal));
  if (isTheirs === undefined) throw new Postponed('unreadable-channel', UNREADABLE_SECONDS);
  if (!isTheirs) return undefined;
  const held = isProbe ? undefined : holdOf(subscriber, state, now());
  if (held !== undefined) throw new Postponed(held.fault, held.delaySeconds + random());
  return { ...view, subscriber };
}

interface Tried {
  readonly message: QueuedMessage;
  readonly delivery: Delivery;
  readonly past: History | undefined;
  readonly view: ReadableView;
}

/** Undefined for what is handed out for the first time, shortly after it was handed on. */
async function historyOf(
  { receiveCount, sentAt }: QueuedMessage,
  delivery: Delivery,
  signal: AbortSignal,
  { history, now }: SettleDeps,
): Promise<History | undefined> {
  const since = Math.min(sentAt, delivery.routedAt);
  if (receiveCount === 1 && now() - since < FRESH_MS) return undefined;
  return history.read(delivery, signal);
}

async function heed(
  tried: Tried,
  outcome: TryOutcome,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  switch (outcome.kind) {
    case 'delivered':
      deps.count('DeliverySucceeded');
      await isAlive(tried.view, signal, deps);
      return forget(tried, signal, deps);
    case 'gone':
      await isAlive(tried.view, signal, deps);
      return disable(tried, signal, deps);
    case 'unwanted':
      return drop(tried.delivery, tried.past, signal, deps);
    case 'undeliverable':
      return giveUp(tried, outcome.fault, '', signal, deps);
    default:
      return failed(tried, outcome, signal, deps);
  }
}

/** An answer, whatever it says. One that is not noted costs a probe, and must fail no delivery. */
async function isAlive(
  { subscriber, state }: Tried['view'],
  signal: AbortSignal,
  deps: SettleDeps,
) {
  if (state.failures === 0 && state.downSince === undefined) return;
  await deps.state.alive(subscriber.id, signal).catch(() => {});
  deps.views.forget(subscriber.id);
}

/** What is left of its tries expires by itself. */
async function forget(
  { delivery, past }: Pick<Tried, 'delivery' | 'past'>,
  signal: AbortSignal,
  deps: SettleDeps,
) {
  if (past?.failed !== undefined) await deps.history.close(delivery, signal).catch(() => {});
}

async function drop(
  delivery: Delivery,
  past: History | undefined,
  signal: AbortSignal,
  deps: SettleDeps,
) {
  deps.count('DeliveryDropped');
  return forget({ delivery, past }, signal, deps);
}

/** The endpoint has answered that it is gone for good; unless it was changed, it gets no more. */
async function disable(tried: Tried, signal: AbortSignal, deps: SettleDeps): Promise<void> {
  const { id: subscriberId } = tried.view.subscriber;
  const isDisabled = await deps.disable(tried.view, signal);
  deps.views.forget(subscriberId);
  if (!isDisabled) throw new Postponed('changed', AT_ONCE);
  deps.count('SubscriberGone');
  deps.warn('Endpoint is gone, its subscriber disabled', { subscriberId });
  return drop(tried.delivery, tried.past, signal, deps);
}

async function failed(
  tried: Tried,
  outcome: Extract<TryOutcome, { kind: 'failed' }>,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  const { message, delivery, view } = tried;
  const { fault, excerpt, retryAfterSeconds } = outcome;
  deps.count('DeliveryFailed');
  await noteHealth(view, outcome, signal, deps);
  // Whoever tests an endpoint looks now, and not in three days.
  if (isTestEvent(delivery.event)) return;
  const tries = await deps.history.addFailure(delivery, fault, !deps.isProbe, signal);
  const known = { ...tries, sentAt: message.sentAt, atMs: deps.now() };
  const over = isOver(known, outcome, view.subscriber);
  if (over !== undefined) {
    const told = over === 'expiring' ? over : fault;
    return giveUp(tried, told, excerpt, signal, deps);
  }
  // What all of the subscriber waits for is on its row, where it can be taken back: here it would be hidden.
  const asked = slowsSeconds(outcome) > 0 ? 0 : retryAfterSeconds;
  const seconds = deliveryDelaySeconds(Math.max(1, tries.tries), deps.random(), asked);
  throw new Postponed(fault, seconds);
}

/** What a failed try says of the endpoint: that it is dead, asks for time, or at least answers. */
async function noteHealth(
  view: Tried['view'],
  outcome: EndpointFault,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  const { id: subscriberId } = view.subscriber;
  const seconds = slowsSeconds(outcome);
  if (seconds > 0) {
    await deps.state.slow(subscriberId, deps.now() + seconds * 1000, signal);
    deps.views.forget(subscriberId);
  }
  if (outcome.isAnswered) return isAlive(view, signal, deps);
  const { failures, failingSince } = await deps.state.addFailure(subscriberId, signal);
  // The next success of this batch must know of it.
  if (view.state.failures === 0) deps.views.forget(subscriberId);
  if (!isDead(failures, failingSince, deps.now())) return;
  const isNews = await deps.state.down(subscriberId, signal);
  deps.views.forget(subscriberId);
  if (isNews) deps.warn('Endpoint answers nobody, from now on it is probed', { subscriberId });
}

async function giveUp(
  { message, delivery }: Pick<Tried, 'message' | 'delivery'>,
  fault: string,
  excerpt: string,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  const { event, subscriberId } = delivery;
  const { receiveCount } = message;
  await deps.deadLetter(message, 'undeliverable', signal, { fault, answer: excerpt });
  deps.count('DeliveryDeadLettered');
  deps.warn('Delivery dead-lettered', { eventId: event.id, subscriberId, fault, receiveCount });
  // Not noted, it counts as waiting for some hours.
  await deps.history.giveUp(delivery, signal).catch(() => {});
}
