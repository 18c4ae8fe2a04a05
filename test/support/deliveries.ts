import type { Delivery, RoutedEvent } from '../../lambda/domain/delivery.ts';
import type { WebhookEvent } from '../../lambda/domain/event.ts';
import { aMessage, metaWebhook, only, RECEIVED_AT, splitMeta } from './webhooks.ts';

const SUBSCRIBER_ID = 'sub_0123456789abcdefghijkl';

/** A split event as the router hands it on. */
export function routed({
  contact: _,
  links: __,
  status: ___,
  ...event
}: WebhookEvent): RoutedEvent {
  return event;
}

/** A delivery of a message of its own, by the contact whose group it is in. */
export function aDelivery(
  overrides: Partial<Delivery> & { readonly event?: RoutedEvent } = {},
): Delivery {
  const event = routed(only(splitMeta(metaWebhook({ messages: [aMessage()] }))));
  return { subscriberId: SUBSCRIBER_ID, routedAt: RECEIVED_AT, event, ...overrides };
}
