import { deliveryStateOf } from '../adapters/delivery-state.ts';
import type { StoredSubscriber } from '../adapters/subscriber-table.ts';
import { deliveryMode } from '../domain/delivery-state.ts';
import type { DrainSubscriberDeps } from './drain-subscriber.ts';

type Read = (id: string, signal: AbortSignal) => Promise<StoredSubscriber | undefined>;

/** A subscriber as it is at each moment of a drain, which may take minutes. */
export function currentViews(
  read: Read,
  disable: (stored: StoredSubscriber, signal: AbortSignal) => Promise<boolean>,
): Pick<DrainSubscriberDeps, 'view' | 'receiver' | 'disable'> {
  const view: DrainSubscriberDeps['view'] = async (id, signal) => {
    const stored = await read(id, signal);
    return stored && { ...stored, state: deliveryStateOf(stored.row) };
  };
  return {
    view,
    receiver: async (id, signal) => {
      const current = await view(id, signal);
      if (current === undefined) return undefined;
      const { subscriber, state } = current;
      // Paused, it has to be put aside; disabled, it is dropped.
      const mayReceive = ['aside', 'wait'].includes(deliveryMode(subscriber, state));
      return mayReceive && !subscriber.isPaused ? subscriber : undefined;
    },
    disable: async ({ id, updatedAt }, signal) => {
      const stored = await read(id, signal);
      return stored?.subscriber.updatedAt === updatedAt && disable(stored, signal);
    },
  };
}
