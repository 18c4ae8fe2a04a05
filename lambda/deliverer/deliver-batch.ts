import { type DeliveryReading, readDelivery } from '../domain/delivery.ts';
import { deliveryDelaySeconds } from '../domain/delivery-retry.ts';
import { faultName } from '../domain/failure.ts';
import { type HaltedGroup, runInGroupOrder } from '../domain/group-order.ts';
import type { QueuedMessage, Return } from '../domain/queued-message.ts';
import { Postponed, type SettleDeps, settleDelivery } from './settle-delivery.ts';

export interface DeliverDeps extends SettleDeps {
  /** Sets when returned messages are visible again. Within a time of its own. */
  readonly delayReturns: (returns: readonly Return[]) => Promise<void>;
}

export interface Batch {
  readonly messages: readonly QueuedMessage[];
  /** Aborted when it is time to answer. */
  readonly signal: AbortSignal;
}

interface Item {
  readonly message: QueuedMessage;
  readonly reading: DeliveryReading;
}

/**
 * Delivers a batch, groups side by side, each group in order.
 *
 * A failure stops its own group. Returns the messages that the queue must hand out again.
 */
export async function deliverBatch(
  { messages, signal }: Batch,
  deps: DeliverDeps,
): Promise<readonly QueuedMessage[]> {
  const items = messages.map((message) => ({ message, reading: readDelivery(message.body) }));
  const halted = await runInGroupOrder(items, groupOf, async (item) => {
    signal.throwIfAborted();
    await settle(item, signal, deps);
  });
  if (halted.length > 0) await delayReturns(halted, deps);
  return halted.flatMap((group) => group.items.map(({ message }) => message));
}

/** The queue's own: what was put aside, and what will be, is told apart by it. */
function groupOf({ message }: Item): string {
  return message.messageGroupId ?? message.messageId;
}

async function settle({ message, reading }: Item, signal: AbortSignal, deps: DeliverDeps) {
  if (reading.ok) return settleDelivery(message, reading.delivery, signal, deps);
  if (reading.reason === 'newer') throw Object.assign(new Error(), { name: 'newer-version' });
  await deps.deadLetter(message, 'malformed', signal);
  deps.count('DeliveryDeadLettered');
  const { messageId } = message;
  deps.warn('Delivery dead-lettered', { fault: 'malformed', detail: reading.detail, messageId });
}

/** All that is left of a group gets one delay: a message still hidden would block its group. */
async function delayReturns(halted: readonly HaltedGroup<Item>[], deps: DeliverDeps) {
  const returns = halted.flatMap(({ items, error }) => {
    const delaySeconds = delayAfter(error, items[0].message.receiveCount, deps.random());
    return items.map(({ message }) => ({ message, delaySeconds }));
  });
  deps.count('DeliveryReturned', returns.length);
  const faults = new Set(halted.map(({ error }) => faultOf(error)));
  deps.warn('Deliveries returned to the queue', {
    faults: [...faults].join(' '),
    groups: halted.length,
    deliveries: returns.length,
  });
  try {
    await deps.delayReturns(returns);
  } catch (error) {
    deps.warn('Returned deliveries wait for the visibility timeout', { fault: faultOf(error) });
  }
}

function delayAfter(error: unknown, receiveCount: number, random: number): number {
  return error instanceof Postponed
    ? Math.round(error.delaySeconds)
    : deliveryDelaySeconds(receiveCount, random);
}

function faultOf(error: unknown): string {
  return error instanceof Postponed ? error.fault : faultName(error);
}
