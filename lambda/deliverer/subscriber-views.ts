import { deliveryStateOf } from '../adapters/delivery-state.ts';
import type { StoredSubscriber } from '../adapters/subscriber-table.ts';
import { type DeliveryState, VIEW_MS } from '../domain/delivery-state.ts';

/** A subscriber as it was read. */
export interface SubscriberView extends StoredSubscriber {
  readonly state: DeliveryState;
  /** Until when it may be acted upon, in ms since 1970. */
  readonly validUntil: number;
}

export interface SubscriberViews {
  /** Reads it, unless it was read a moment ago. Undefined where it was removed. */
  readonly get: (id: string, signal: AbortSignal) => Promise<SubscriberView | undefined>;
  /** Lets it be read again: it was changed. */
  readonly forget: (id: string) => void;
}

/** The subscribers of one batch, each read consistently after the batch was received. */
export function subscriberViews(
  read: (id: string, signal: AbortSignal) => Promise<StoredSubscriber | undefined>,
  now: () => number,
): SubscriberViews {
  const views = new Map<string, { promise: Promise<SubscriberView | undefined>; until: number }>();

  async function view(id: string, validUntil: number, signal: AbortSignal) {
    const stored = await read(id, signal);
    return stored && { ...stored, state: deliveryStateOf(stored.row), validUntil };
  }

  return {
    get: (id, signal) => {
      const known = views.get(id);
      if (known !== undefined && now() < known.until) return known.promise;
      // Counted from before it is read: what is read is no older than that.
      const until = now() + VIEW_MS;
      const promise = view(id, until, signal);
      views.set(id, { promise, until });
      // Whoever reads next tries again.
      promise.catch(() => views.delete(id));
      return promise;
    },
    forget: (id) => void views.delete(id),
  };
}
