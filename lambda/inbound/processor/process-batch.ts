import { type EnvelopeReading, type QueuedEvent, readEnvelope } from '../../events/envelope.ts';
import type { MetricName } from '../../metric-names.ts';
import { retryDelaySeconds } from '../../shared/queue/backoff.ts';
import { faultName, PermanentError } from '../../shared/queue/failure.ts';
import { type HaltedGroup, runInGroupOrder } from '../../shared/queue/group-order.ts';
import type { DeadLetterReason, QueuedMessage, Return } from '../../shared/queue/queued-message.ts';

export interface ProcessorDeps {
  /**
   * Stores the event, or finds it stored. `refused-by-table`: the fault is the event's own. Rejects
   * with a `PermanentError` where no retry can help, with anything else where one may.
   */
  readonly store: (
    event: QueuedEvent,
    sequenceNumber: string,
    signal: AbortSignal,
  ) => Promise<'stored' | 'duplicate' | 'refused-by-table'>;
  /** Resolves only when the dead-letter queue holds the message. */
  readonly deadLetter: (
    message: QueuedMessage,
    reason: DeadLetterReason,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Sets when returned messages are visible again. Within a time of its own. */
  readonly delayReturns: (returns: readonly Return[]) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (
    message: string,
    fields: Readonly<Record<string, string | number | undefined>>,
  ) => void;
}

export interface Batch {
  readonly messages: readonly QueuedMessage[];
  /** Aborted when it is time to answer: what is not stored by then is returned. */
  readonly signal: AbortSignal;
}

/** Receives after which a message that the table refuses is set aside. */
const TRIES_OF_REFUSED = 3;

interface Item {
  readonly message: QueuedMessage;
  readonly reading: EnvelopeReading;
}

/**
 * Stores the events of a batch, groups side by side, each group in order.
 *
 * A message that is itself at fault is dead-lettered, and its group goes on. Any other failure
 * stops the group. Returns the messages that the queue must deliver again.
 */
export async function processBatch(
  { messages, signal }: Batch,
  deps: ProcessorDeps,
): Promise<readonly QueuedMessage[]> {
  const items = messages.map((message) => ({ message, reading: readEnvelope(message.body) }));
  const timeIsUp = rejectionOn(signal);
  const halted = await runInGroupOrder(items, groupOf, (item) => {
    signal.throwIfAborted();
    return Promise.race([settle(item, signal, deps), timeIsUp]);
  });
  if (halted.length > 0) await delayReturns(halted, deps);
  return halted.flatMap((group) => group.items.map(({ message }) => message));
}

function groupOf({ message, reading }: Item): string {
  if (reading.ok) return reading.event.group;
  return message.messageGroupId ?? message.messageId;
}

/** Rejects on abort, also for calls that do not heed it. */
function rejectionOn(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason));
  // Nobody may be waiting for it.
  promise.catch(() => {});
  return promise;
}

/** Deals with one message, so that the next of its group may follow. Rejects where none may. */
async function settle({ message, reading }: Item, signal: AbortSignal, deps: ProcessorDeps) {
  if (reading.ok) return settleEvent(message, reading.event, signal, deps);
  if (reading.reason === 'newer') throw retryable('newer-version');
  return deadLetter(message, 'malformed', { detail: reading.detail }, signal, deps);
}

async function settleEvent(
  message: QueuedMessage,
  event: QueuedEvent,
  signal: AbortSignal,
  deps: ProcessorDeps,
): Promise<void> {
  const outcome = await deps.store(event, message.sequenceNumber, signal).catch(permanently);
  if (outcome === 'stored') return deps.count('EventStored');
  if (outcome === 'duplicate') return deps.count('EventDuplicated');
  if (outcome === 'refused-by-table' && message.receiveCount < TRIES_OF_REFUSED) {
    throw retryable(outcome);
  }
  return deadLetter(message, outcome, { eventId: event.id }, signal, deps);
}

function permanently(error: unknown): DeadLetterReason {
  if (error instanceof PermanentError) return 'malformed';
  throw error;
}

/** An error whose name is the word for it in the log. */
function retryable(name: string): Error {
  return Object.assign(new Error(name), { name });
}

async function deadLetter(
  message: QueuedMessage,
  reason: DeadLetterReason,
  told: { readonly eventId: string } | { readonly detail: string },
  signal: AbortSignal,
  deps: ProcessorDeps,
): Promise<void> {
  await deps.deadLetter(message, reason, signal);
  deps.count('EventDeadLettered');
  const { messageId, receiveCount } = message;
  deps.warn('Event dead-lettered', { reason, ...told, messageId, receiveCount });
}

/** All that is left of a group gets one delay: a message still hidden would block its group. */
async function delayReturns(halted: readonly HaltedGroup<Item>[], deps: ProcessorDeps) {
  const returns = halted.flatMap(({ items }) => {
    const delaySeconds = retryDelaySeconds(items[0].message.receiveCount, deps.random());
    return items.map(({ message }) => ({ message, delaySeconds }));
  });
  deps.count('EventReturned', returns.length);
  const faults = new Set(halted.map(({ error }) => faultName(error)));
  deps.warn('Events returned to the queue', {
    faults: [...faults].join(' '),
    groups: halted.length,
    events: returns.length,
  });
  try {
    await deps.delayReturns(returns);
  } catch (error) {
    deps.warn('Returned events wait for the visibility timeout', { fault: faultName(error) });
  }
}
