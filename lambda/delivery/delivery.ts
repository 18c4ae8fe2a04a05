import { digest } from '../events/event.ts';
import { type RoutedEvent, routedFaults } from '../events/routed-event.ts';
import { webhookIdOf } from '../events/webhook-id.ts';
import { type Check, failedChecks, isOptional, isText, isWhole } from '../shared/json/checks.ts';
import { isRecord, memberOf } from '../shared/json/json-source.ts';
import { malformed, readBody, type UnreadableBody, writeBody } from '../shared/queue/body.ts';

/**
 * The last is raised when readers of the version before could misread a message, or could not read it.
 * Those of version 1 would take what became of a message's file for the message, and deliver that
 * twice; those of version 2 know nothing that is sent from here. All else is still written as before,
 * so that the release before can deliver it.
 */
const VERSIONS = { event: 1, media: 2, outgoing: 3 };

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
  return writeBody(versionOf(delivery), delivery);
}

function versionOf({ event }: Delivery): number {
  if (event.kind === 'outgoing') return VERSIONS.outgoing;
  return event.media === undefined ? VERSIONS.event : VERSIONS.media;
}

/** Reads a queue message that this version or one before wrote. */
export function readDelivery(body: string): DeliveryReading {
  const reading = readBody(body, VERSIONS.outgoing, VERSIONS.event);
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

function isDelivery(value: object): value is Delivery {
  return faultsOf(value).length === 0;
}

function faultsOf(value: object): string[] {
  const event = memberOf(value, 'event');
  const ofEvent = isRecord(event) ? routedFaults(event) : [];
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
