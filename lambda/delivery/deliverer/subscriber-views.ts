import { type KeptValues, keptValues } from '../../shared/kept-value.ts';
import type { EndpointState } from '../endpoint-state.ts';
import { endpointStateOf } from '../endpoint-table.ts';
import type { FoundSubscriber } from '../subscriber-table.ts';

/** A subscriber as it was read: without what it wants where that cannot be read. */
export type SubscriberView = FoundSubscriber & { readonly state: EndpointState };

/** Undefined where it was removed. */
export type SubscriberViews = KeptValues<SubscriberView | undefined>;

/** How old what is known of a subscriber may be when a try is made: a pause, or a new URL, holds by then. */
const VIEW_MS = 2_000;

/** Subscribers as they are, each read consistently. */
export function subscriberViews(
  read: (id: string, signal: AbortSignal) => Promise<FoundSubscriber | undefined>,
  now: () => number,
): SubscriberViews {
  async function view(id: string, signal: AbortSignal) {
    const found = await read(id, signal);
    return found && { ...found, state: endpointStateOf(found.row) };
  }

  return keptValues(view, VIEW_MS, now);
}
