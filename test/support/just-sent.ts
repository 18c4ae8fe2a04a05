import type { Delivery } from '../../lambda/delivery/delivery.ts';
import type { WebhookEvent } from '../../lambda/events/event.ts';
import * as deliveries from './deliveries.ts';
import * as webhooks from './webhooks.ts';

/**
 * A minute before this process began, in ms since 1970, on the second.
 *
 * What meets the machine's clock is made from here: a file is fetched for 7 days and an event delivered
 * for 3, so a fixture with a date would pass until then. Whoever hands the clock in takes the fixtures
 * of one day, from `webhooks.ts` and `deliveries.ts`.
 */
export const SENT_AT = (Math.floor(Date.now() / 1000) - 60) * 1000;

/** A time as Meta tells it, so many seconds after `SENT_AT`. */
export function sentAt(seconds = 0): string {
  return String(SENT_AT / 1000 + seconds);
}

export function aMessage(overrides: object = {}): object {
  return webhooks.aMessage({ timestamp: sentAt(), ...overrides });
}

export function aStatus(overrides: object = {}): object {
  return webhooks.aStatus({ timestamp: sentAt(), ...overrides });
}

export function wasenderWebhook(event: string, data: unknown, overrides: object = {}): string {
  return webhooks.wasenderWebhook(event, data, { timestamp: SENT_AT / 1000, ...overrides });
}

export function splitMeta(body: string): readonly WebhookEvent[] {
  return webhooks.splitMeta(body, SENT_AT);
}

export function splitWasender(body: string, session = 'shop'): readonly WebhookEvent[] {
  return webhooks.splitWasender(body, session, SENT_AT);
}

/** A message with a photo. */
export function aPhotoEvent(overrides: object = {}): WebhookEvent {
  const message = aMessage({ type: 'image', image: { id: '1' }, ...overrides });
  const contacts = [webhooks.aContact()];
  return webhooks.only(splitMeta(webhooks.metaWebhook({ contacts, messages: [message] })));
}

/** A delivery of a message of its own, or of that event. */
export function aDelivery(overrides: Partial<Delivery> = {}): Delivery {
  const message = webhooks.metaWebhook({ messages: [aMessage()] });
  const event = deliveries.routed(webhooks.only(splitMeta(message)));
  return deliveries.aDelivery({ event, routedAt: SENT_AT, ...overrides });
}
