import type { Delivery } from '../../lambda/delivery/delivery.ts';
import { contactGroup, type WebhookEvent } from '../../lambda/events/event.ts';
import { mediaEventId } from '../../lambda/events/media-event.ts';
import type { MediaState, SettledMedia } from '../../lambda/events/media-state.ts';
import {
  type OutgoingWord,
  outgoingEventId,
  type RoutedOutgoing,
  writeRoutedOutgoing,
} from '../../lambda/events/outgoing-event.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import { aContact, aMessage, metaEvent, RECEIVED_AT } from './webhooks.ts';

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

export const STORED_MEDIA: Extract<MediaState, { state: 'stored' }> = {
  ...{ state: 'stored', key: 'media/default/message.1', sizeBytes: 90_210 },
  ...{ sha256: 'ab'.repeat(32), mimeType: 'image/jpeg' },
};

/** A message with a photo. */
export function aPhotoEvent(overrides: object = {}): WebhookEvent {
  const message = aMessage({ type: 'image', image: { id: '1' }, ...overrides });
  return metaEvent({ contacts: [aContact()], messages: [message] });
}

/** What became of the file of a message, as the router hands it on. */
export function mediaEventOf(
  message: RoutedEvent,
  media: SettledMedia = STORED_MEDIA,
): RoutedEvent {
  const told = { ...media, eventId: message.id, settledAt: message.receivedAt + 900 };
  return { ...message, id: mediaEventId(message.id), media: told };
}

/** What became of a message that was sent from here. */
export function anOutgoingEvent(
  type: OutgoingWord = 'sent',
  overrides: Partial<RoutedOutgoing> = {},
): RoutedEvent {
  const to = { phone: '5215550001111' };
  const told: RoutedOutgoing = {
    ...{ id: 'msg_0123456789abcdefghijkl', state: type, attempt: 1, to },
    ...overrides,
  };
  return {
    ...{ provider: 'meta', channel: '123', kind: 'outgoing', type, direction: 'outbound' },
    group: contactGroup('123', to.phone),
    id: outgoingEventId('123', told, type, false),
    ...{ wamid: 'wamid.ours', occurredAt: RECEIVED_AT, receivedAt: RECEIVED_AT },
    payload: writeRoutedOutgoing(told),
  };
}

/** A delivery of a message of its own, by the contact whose group it is in. */
export function aDelivery(
  overrides: Partial<Delivery> & { readonly event?: RoutedEvent } = {},
): Delivery {
  const event = routed(metaEvent({ messages: [aMessage()] }));
  return { subscriberId: SUBSCRIBER_ID, routedAt: RECEIVED_AT, event, ...overrides };
}
