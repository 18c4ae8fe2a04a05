import { type Check, failedChecks, isOptional, isText, isWhole } from './checks.ts';
import { digest } from './event.ts';
import { COMMON_FACTS, payloadFaults } from './event-checks.ts';
import { isRecord, memberOf } from './json-source.ts';
import { malformed, readBody, type UnreadableBody, writeBody } from './queue-body.ts';
import type { EventFacts } from './subscriber.ts';

/** Raised when readers of the previous version could misread a message. */
const DELIVERY_VERSION = 1;

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

export type DeliveryReading = { readonly ok: true; readonly delivery: Delivery } | UnreadableBody;

/** The body of the queue message, in the characters that SQS takes. */
export function writeDelivery(delivery: Delivery): string {
  return writeBody(DELIVERY_VERSION, delivery);
}

/** Reads a queue message that this version or the one before wrote. */
export function readDelivery(body: string): DeliveryReading {
  const reading = readBody(body, DELIVERY_VERSION);
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

const EVENT_FACTS = COMMON_FACTS satisfies Record<keyof RoutedEvent, Check>;

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
