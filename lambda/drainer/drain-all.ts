import { deliveryStateOf } from '../adapters/delivery-state.ts';
import type { StoredSubscriber } from '../adapters/subscriber-table.ts';
import { faultName } from '../domain/failure.ts';
import { type DrainSubscriberDeps, drainSubscriber } from './drain-subscriber.ts';

export interface DrainAllDeps extends DrainSubscriberDeps {
  readonly subscribers: (signal: AbortSignal) => Promise<readonly StoredSubscriber[]>;
}

/** Drains the backlogs of all subscribers side by side. A failure of one is told, and costs no other. */
export async function drainAll(signal: AbortSignal, deps: DrainAllDeps): Promise<void> {
  const stored = await deps.subscribers(signal);
  const open = stored.filter(({ row }) => deliveryStateOf(row).breaker !== 'closed');
  const failing = open.filter(({ row }) => deliveryStateOf(row).openedBecause === 'failing');
  deps.count('BreakerOpen', failing.length);
  await Promise.all(
    open.map(async ({ subscriber: { id: subscriberId } }) => {
      try {
        await drainSubscriber(subscriberId, signal, deps);
      } catch (error) {
        const fault = faultName(error);
        deps.count('DrainInterrupted');
        deps.warn('Backlog not drained, the next drainer goes on', { subscriberId, fault });
      }
    }),
  );
}
