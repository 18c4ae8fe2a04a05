import { digest } from './event.ts';
import type { EventFacts } from './subscriber.ts';

/** A stored event on its way: what is not here is read from its payload, as `eventOfPayload` does. */
export type RoutedEvent = EventFacts & {
  readonly group: string;
  readonly id: string;
  readonly wamid?: string;
  /** By the provider's clock, in ms since 1970. */
  readonly occurredAt: number;
  readonly receivedAt: number;
} & (
    | { readonly payload: string; readonly payloadKey?: never }
    | { readonly payload?: never; readonly payloadKey: string }
  );

/** One event on its way to one subscriber: the body of a message in the deliveries queue. */
export interface Delivery {
  readonly subscriberId: string;
  /** From when its three days count, in ms since 1970. */
  readonly routedAt: number;
  readonly event: RoutedEvent;
  /** Which replay sends it again. */
  readonly replayId?: string;
}

/** Message group in the deliveries queue: what waits for one another. */
export function deliveryGroup({ subscriberId, event }: Delivery, isOrdered: boolean): string {
  return `delivery.${digest([subscriberId, isOrdered ? event.group : event.id])}`;
}

/** Equal for what must be sent once. SQS remembers it for five minutes. */
export function deliveryDeduplicationId({ subscriberId, event, replayId }: Delivery): string {
  return digest([subscriberId, event.id, ...(replayId === undefined ? [] : [replayId])]);
}

/**
 * What receivers tell a repetition by: the same for every try, and for a replay.
 *
 * Without a dot, which Standard Webhooks puts between what it signs.
 */
export function webhookId({ event }: Delivery): string {
  return event.id.replaceAll('.', '_');
}
