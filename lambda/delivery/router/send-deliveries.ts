import { planRounds } from '../../shared/queue/lanes.ts';
import { unqueuedMessage } from '../../shared/queue/queued-message.ts';
import type { ChangeRecord, RouterDeps } from './router-deps.ts';
import {
  deliveryMessage,
  type PlannedDelivery,
  type RoundOutcome,
  sendRound,
} from './send-round.ts';

type Deps = Pick<
  RouterDeps<ChangeRecord>,
  'sendTo' | 'isThere' | 'isQueueGone' | 'deadLetter' | 'count' | 'warn'
>;

/** Sends deliveries to the queues of their subscribers, side by side, those of a group in their order. */
export async function sendDeliveries(
  planned: readonly PlannedDelivery[],
  signal: AbortSignal,
  deps: Deps,
): Promise<RoundOutcome<PlannedDelivery>> {
  const bySubscriber = [...Map.groupBy(planned, ({ delivery }) => delivery.subscriberId)];
  const outcomes = await Promise.all(
    bySubscriber.map(async ([id, all]) => {
      const outcome = await sendInRounds(all, signal, deps.sendTo(id));
      const isGone = outcome.faults.some((fault) => deps.isQueueGone(fault));
      return isGone ? withoutQueue(id, outcome.unsent, signal, deps) : outcome;
    }),
  );
  return {
    unsent: outcomes.flatMap(({ unsent }) => unsent),
    faults: outcomes.flatMap(({ faults }) => faults),
  };
}

/** Those of a group one after another: the next when the queue has confirmed the one before. */
export async function sendInRounds(
  planned: readonly PlannedDelivery[],
  signal: AbortSignal,
  sendBatch: ReturnType<Deps['sendTo']>,
): Promise<RoundOutcome<PlannedDelivery>> {
  const rounds = planRounds(planned);
  for (const [number, round] of rounds.entries()) {
    const { unsent, faults } = await sendRound(round, deliveryMessage, signal, sendBatch);
    if (unsent.length > 0)
      return { unsent: [...unsent, ...rounds.slice(number + 1).flat()], faults };
  }
  return { unsent: [], faults: [] };
}

/**
 * A subscriber that was removed gets nothing. Where somebody removed the queue alone, its deliveries wait
 * with the dead letters: they must hold up nobody else's, and can be sent again when the queue is there.
 */
async function withoutQueue(
  subscriberId: string,
  unsent: readonly PlannedDelivery[],
  signal: AbortSignal,
  { isThere, deadLetter, count, warn }: Deps,
): Promise<RoundOutcome<PlannedDelivery>> {
  try {
    if (!(await isThere(subscriberId, signal))) {
      count('DeliveryDropped', unsent.length);
      return { unsent: [], faults: [] };
    }
    for (const { delivery, group } of unsent) {
      const { body } = deliveryMessage({ delivery, group, index: 0 });
      const message = unqueuedMessage(`${delivery.event.id}${subscriberId}`, body, group);
      await deadLetter(message, 'undeliverable', signal, { fault: 'queue-missing' });
    }
    count('DeliveryDeadLettered', unsent.length);
    const fields = { subscriberId, fault: 'queue-missing', deliveries: unsent.length };
    warn('Deliveries dead-lettered', fields);
    return { unsent: [], faults: [] };
  } catch (error) {
    return { unsent, faults: [error] };
  }
}
