import { CHATS } from './chat.ts';
import { type Check, failedChecks, isOneOf, isOptional, isText, isWhole } from './checks.ts';
import { digest, EVENT_KINDS } from './event.ts';
import { COMMON_FACTS, payloadFaults } from './event-checks.ts';
import { isRecord, memberOf } from './json-source.ts';
import { isRoutedMedia, mediaEventId, type RoutedMedia } from './media-event.ts';
import { malformed, readBody, type UnreadableBody, writeBody } from './queue-body.ts';
import type { EventFacts } from './subscriber.ts';

/**
 * The last is raised when readers of the version before could misread a message: those of version 1
 * would take what became of a message's file for the message, and deliver that twice. All else is
 * still written as it, so that the release before can deliver it.
 */
const VERSIONS = { event: 1, media: 2 };

/** A stored event on its way: what is not here is read from its payload, as `eventOfPayload` does. */
export type RoutedEvent = EventFacts & {
  readonly group: string;
  readonly id: string;
  readonly wamid?: string;
  /** By the provider's clock, in ms since 1970. */
  readonly occurredAt: number;
  readonly receivedAt: number;
  /** Where it is not the message that is told, but what became of its file. */
  readonly media?: RoutedMedia;
} & (
    | { readonly payload: string; readonly payloadKey?: never }
    | { readonly payload?: never; readonly payloadKey: string }
  );

/** One event on its way to one subscriber: the body of a message in the deliveries queue. */
export interface Delivery {
  readonly subscriberId: string;
  /** From when its three days count, unless its subscriber was changed since; in ms since 1970. */
  readonly routedAt: number;
  readonly event: RoutedEvent;
  /** Which replay sends it again. */
  readonly replayId?: string;
}

export type DeliveryReading = { readonly ok: true; readonly delivery: Delivery } | UnreadableBody;

/** The body of the queue message, in the characters that SQS takes. */
export function writeDelivery(delivery: Delivery): string {
  const { media } = delivery.event;
  return writeBody(media === undefined ? VERSIONS.event : VERSIONS.media, delivery);
}

/** Reads a queue message that this version or the one before wrote. */
export function readDelivery(body: string): DeliveryReading {
  const reading = readBody(body, VERSIONS.media, VERSIONS.event);
  if (!reading.ok) return reading;
  const delivery = reading.members;
  return isDelivery(delivery)
    ? { ok: true, delivery }
    : malformed(`no delivery, by ${faultsOf(delivery).join(', ')}`);
}

const FACTS = {
  subscriberId: isText,
  routedAt: isWhole,
  event: isRecord,
  replayId: isOptional(isText),
} satisfies Record<keyof Delivery, Check>;

const EVENT_FACTS = {
  ...COMMON_FACTS,
  chat: isOptional(isOneOf(...CHATS)),
  media: isOptional(isRoutedMedia),
} satisfies Record<keyof RoutedEvent, Check>;

/** Whether parsed JSON is an event as it was handed on. */
export function isRoutedEvent(value: object): value is RoutedEvent {
  return failedChecks(value, EVENT_FACTS).length === 0 && payloadFaults(value).length === 0;
}

function isDelivery(value: object): value is Delivery {
  return faultsOf(value).length === 0;
}

function faultsOf(value: object): string[] {
  const event = memberOf(value, 'event');
  const ofEvent = isRecord(event)
    ? [...failedChecks(event, EVENT_FACTS), ...payloadFaults(event)]
    : [];
  return [...failedChecks(value, FACTS), ...ofEvent.map((member) => `event.${member}`)];
}

/**
 * Message group in the deliveries queue: what waits for one another. What became of a file always
 * waits for its message.
 */
export function deliveryGroup({ subscriberId, event }: Delivery, isOrdered: boolean): string {
  const messageId = event.media?.eventId ?? event.id;
  return `delivery.${digest([subscriberId, isOrdered ? event.group : messageId])}`;
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
export function webhookId({ event }: Pick<Delivery, 'event'>): string {
  return webhookIdOf(event.id);
}

const OF_MEDIA = 'media_';

/** The id of an event, from that or from the webhook-id by which it is delivered. */
export function eventIdOf(id: string): string {
  if (id.startsWith(OF_MEDIA)) return mediaEventId(eventIdOf(id.slice(OF_MEDIA.length)));
  const kind = EVENT_KINDS.find((one) => id.startsWith(`${one}_`));
  return kind === undefined ? id : `${kind}.${id.slice(kind.length + 1)}`;
}

/** The webhook-id by which an event is delivered. */
export function webhookIdOf(eventId: string): string {
  return eventId.replaceAll('.', '_');
}
