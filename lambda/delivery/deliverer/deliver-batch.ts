import { faultName } from '../../shared/queue/failure.ts';
import { type HaltedGroup, runInGroupOrder } from '../../shared/queue/group-order.ts';
import type { QueuedMessage, Return } from '../../shared/queue/queued-message.ts';
import { concurrencyOf } from '../endpoint-state.ts';
import { deliveryDelaySeconds } from '../retry.ts';
import type { NoteBehind } from './behind-notes.ts';
import type { NextSlot } from './pacer.ts';
import { HELD, Postponed, type SettleDeps, settleMessage } from './settle-delivery.ts';

export interface DeliverDeps extends Omit<SettleDeps, 'nextSlot'> {
  /** Keeps a batch within its subscriber's rate. @param atOnce deliveries that go side by side */
  readonly pacer: (atOnce: number) => NextSlot;
  readonly noteBehind: NoteBehind;
  /** Sets when returned messages are visible again. Within a time of its own. */
  readonly delayReturns: (returns: readonly Return[]) => Promise<void>;
}

export interface Batch {
  readonly subscriberId: string;
  readonly messages: readonly QueuedMessage[];
  /** Aborted when it is time to answer. */
  readonly signal: AbortSignal;
}

/**
 * Delivers a batch of one subscriber, groups side by side, each group in order.
 *
 * A failure stops its own group. Returns the messages that the queue must hand out again.
 */
export async function deliverBatch(
  { subscriberId, messages, signal }: Batch,
  deps: DeliverDeps,
): Promise<readonly QueuedMessage[]> {
  const noted = deps.noteBehind(subscriberId, messages, signal);
  const atOnce = await groupsAtOnce(subscriberId, signal, deps);
  const groups = new Set(messages.map(groupOf)).size;
  const settling = { ...deps, nextSlot: deps.pacer(Math.min(groups, atOnce)) };
  const settle = async (message: QueuedMessage) => {
    signal.throwIfAborted();
    await settleMessage(message, signal, settling);
  };
  const halted = await runInGroupOrder(messages, groupOf, settle, atOnce);
  if (halted.length > 0) await delayReturns(halted, deps);
  await noted;
  return halted.flatMap(({ items }) => items);
}

async function groupsAtOnce(id: string, signal: AbortSignal, { views }: DeliverDeps) {
  // Whoever cannot read it now finds out again at each delivery, and returns that.
  const view = await views.get(id, signal).catch(() => undefined);
  return concurrencyOf(view?.subscriber ?? {}, 1).sideBySide;
}

function groupOf({ messageGroupId, messageId }: QueuedMessage): string {
  return messageGroupId ?? messageId;
}

/** All that is left of a group gets one delay: a message still hidden would block its group. */
async function delayReturns(halted: readonly HaltedGroup<QueuedMessage>[], deps: DeliverDeps) {
  const returns = halted.flatMap(({ items, error }) => {
    const delaySeconds = delayAfter(error, items[0].receiveCount, deps.random());
    return items.map((message) => ({ message, delaySeconds }));
  });
  deps.count('DeliveryReturned', returns.length);
  const faults = new Set(
    halted.map(({ error }) => faultOf(error)).filter((name) => !HELD.has(name)),
  );
  if (faults.size > 0) {
    deps.warn('Deliveries returned to the queue', {
      faults: [...faults].join(' '),
      groups: halted.length,
      deliveries: returns.length,
    });
  }
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
