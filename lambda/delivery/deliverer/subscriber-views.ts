import type { EndpointState } from '../endpoint-state.ts';
import { endpointStateOf } from '../endpoint-table.ts';
import type { FoundSubscriber } from '../subscriber-table.ts';

/** A subscriber as it was read: without what it wants where that cannot be read. */
export type SubscriberView = FoundSubscriber & { readonly state: EndpointState };

export interface SubscriberViews {
  /**
   * Reads it, unless it was read a moment ago. Undefined where it was removed.
   *
   * @param atMs when it has to be fresh still, in ms since 1970. @default now
   */
  readonly get: (
    id: string,
    signal: AbortSignal,
    atMs?: number,
  ) => Promise<SubscriberView | undefined>;
  /** Lets it be read again: it was changed. */
  readonly forget: (id: string) => void;
}

/** How old what is known of a subscriber may be when a try is made: a pause, or a new URL, holds by then. */
const VIEW_MS = 2_000;

/** Subscribers as they are, each read consistently. */
export function subscriberViews(
  read: (id: string, signal: AbortSignal) => Promise<FoundSubscriber | undefined>,
  now: () => number,
): SubscriberViews {
  const views = new Map<string, { promise: Promise<SubscriberView | undefined>; until: number }>();

  async function view(id: string, signal: AbortSignal) {
    const found = await read(id, signal);
    return found && { ...found, state: endpointStateOf(found.row) };
  }

  return {
    get: (id, signal, atMs = now()) => {
      const known = views.get(id);
      if (known !== undefined && atMs < known.until) return known.promise;
      const promise = view(id, signal);
      // Counted from before it is read: what is read is no older than that.
      views.set(id, { promise, until: now() + VIEW_MS });
      // Whoever reads next tries again.
      promise.catch(() => views.delete(id));
      return promise;
    },
    forget: (id) => void views.delete(id),
  };
}
