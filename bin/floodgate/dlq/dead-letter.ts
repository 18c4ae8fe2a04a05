import type { Message } from '@aws-sdk/client-sqs';
import { readDelivery } from '../../../lambda/delivery/delivery.ts';
import { type QueuedEvent, readEnvelope } from '../../../lambda/events/envelope.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';

/** What of the event can be told without a word of its content. */
interface EventFacts {
  readonly eventId: string;
  readonly provider: string;
  readonly channel: string;
  readonly kind: string;
  readonly type: string;
  readonly occurredAt: string;
  /** Whom it was on its way to. */
  readonly subscriberId?: string;
}

/** A message of a dead-letter queue. */
export interface DeadLetter {
  readonly id: string;
  /** Of the queue that it came from. */
  readonly queue: string;
  /** Why it was set aside; undefined where SQS did it, after too many receives. */
  readonly reason: string | undefined;
  /** Of a delivery that was given up: by what its last try failed. */
  readonly fault?: string | undefined;
  readonly since: Date;
  /** Undefined for a queue that keeps no order. */
  readonly group: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly receiveCount: number;
  /** Undefined where the body is none that this release reads. */
  readonly event: EventFacts | undefined;
  readonly body: string;
  readonly receiptHandle: string;
}

/** Reads a message that was received with all its attributes. */
export function readDeadLetter(queue: string, message: Message): DeadLetter {
  const { MessageId = '', Body = '', ReceiptHandle = '' } = message;
  const { Attributes: system = {}, MessageAttributes: own = {} } = message;
  const setAside = own['deadLetteredAt']?.StringValue;
  return {
    id: MessageId,
    queue,
    reason: own['reason']?.StringValue,
    fault: own['fault']?.StringValue,
    since: new Date(setAside ?? Number(system.SentTimestamp ?? 0)),
    group: system.MessageGroupId,
    sequenceNumber: system.SequenceNumber,
    receiveCount: Number(own['receiveCount']?.StringValue ?? system.ApproximateReceiveCount ?? 0),
    event: readFacts(Body),
    body: Body,
    receiptHandle: ReceiptHandle,
  };
}

/** The bodies of the queues differ, and none is taken for another's. */
function readFacts(body: string): EventFacts | undefined {
  const stored = readEnvelope(body);
  if (stored.ok) return factsOf(stored.event);
  const routed = readDelivery(body);
  if (!routed.ok) return undefined;
  const { subscriberId, event } = routed.delivery;
  return { ...factsOf(event), subscriberId };
}

function factsOf({ id, provider, channel, kind, type, occurredAt }: RoutedEvent | QueuedEvent) {
  return { eventId: id, provider, channel, kind, type, occurredAt: isoTime(occurredAt) };
}

/** A provider's time may lie beyond what a `Date` holds. */
function isoTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.valueOf()) ? String(timeMs) : date.toISOString();
}

/** Which dead letters are meant. */
export interface Selection {
  /** Beginnings of message ids; none means any. */
  readonly ids: readonly string[];
  /** `none` for those that SQS set aside. */
  readonly reason: string | undefined;
  readonly channel: string | undefined;
  readonly subscriber: string | undefined;
  readonly group: string | undefined;
  /** Set aside in the last so many ms. */
  readonly withinMs: number | undefined;
}

export const NO_REASON = 'none';

export function isSelected(letter: DeadLetter, selection: Selection, now: number): boolean {
  const { event, group, since } = letter;
  const facts: readonly (readonly [wanted: string | undefined, is: string | undefined])[] = [
    [selection.reason, letter.reason ?? NO_REASON],
    [selection.channel, event?.channel],
    [selection.subscriber, event?.subscriberId],
    [selection.group, group],
  ];
  return (
    (selection.ids.length === 0 || selection.ids.some((id) => letter.id.startsWith(id))) &&
    facts.every(([wanted, is]) => wanted === undefined || wanted === is) &&
    (selection.withinMs === undefined || now - since.getTime() <= selection.withinMs)
  );
}

/** Whether nothing narrows it down. */
export function isEverything({ ids, ...facts }: Selection): boolean {
  return ids.length === 0 && Object.values(facts).every((fact) => fact === undefined);
}
