import type { RoutedEvent } from '../../events/routed-event.ts';
import { mediaJobMessage } from '../../media/job.ts';
import { cutIntoBatches } from '../../shared/queue/lanes.ts';
import type { OutgoingMessage, SendBatch } from '../../shared/queue/outgoing-message.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import { type Delivery, deliveryDeduplicationId, writeDelivery } from '../delivery.ts';

/** What a record of the batch gave rise to. */
interface Planned {
  /** The record's place in the batch. */
  readonly index: number;
}

/** Who gets one of its events. */
export interface PlannedDelivery extends Planned {
  readonly delivery: Delivery;
  readonly group: string;
}

/** That the file of one of its events is to be fetched. */
export interface PlannedMediaJob extends Planned {
  readonly event: RoutedEvent;
}

interface Outgoing<T> extends OutgoingMessage {
  readonly planned: T;
}

/** The message of a delivery. */
export interface OutgoingDelivery extends Outgoing<PlannedDelivery> {
  readonly deduplicationId: string;
}

/** The message of a media job. */
export type OutgoingMediaJob = Outgoing<PlannedMediaJob>;

export interface RoundOutcome<T> {
  /** What the queue has not confirmed; it may hold it all the same. */
  readonly unsent: readonly T[];
  readonly faults: readonly unknown[];
}

/** More requests at once only wait for each other. */
const MAX_REQUESTS = 10;

/** Messages are written when their turn comes, so that only so many are in memory at a time. */
const MESSAGES_AT_A_TIME = 10;

/** Sends messages among which there is no order, many at a time. Never rejects. */
export async function sendRound<T, Message extends Outgoing<T>>(
  round: readonly T[],
  messageOf: (planned: T) => Message,
  signal: AbortSignal,
  sendBatch: SendBatch<Message>,
): Promise<RoundOutcome<T>> {
  const unsent: T[] = [];
  const faults: unknown[] = [];

  async function send(batch: readonly Message[]): Promise<void> {
    let left = batch;
    try {
      left = (await sendBatch(left, signal)).map(({ message }) => message);
      if (left.length > 0) left = (await sendBatch(left, signal)).map(({ message }) => message);
    } catch (error) {
      faults.push(error);
    }
    unsent.push(...left.map(({ planned }) => planned));
  }

  await sideBySide(portionsOf(round), MAX_REQUESTS, async (portion) => {
    for (const batch of cutIntoBatches(portion.map(messageOf))) await send(batch);
  });
  return { unsent, faults };
}

function portionsOf<T>(round: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(round.length / MESSAGES_AT_A_TIME) }, (_, n) =>
    round.slice(n * MESSAGES_AT_A_TIME, (n + 1) * MESSAGES_AT_A_TIME),
  );
}

export function deliveryMessage(planned: PlannedDelivery): OutgoingDelivery {
  const { delivery, group } = planned;
  const body = writeDelivery(delivery);
  const deduplicationId = deliveryDeduplicationId(delivery);
  return { planned, body, group, deduplicationId, bytes: Buffer.byteLength(body) };
}

export function jobMessage(planned: PlannedMediaJob): OutgoingMediaJob {
  return { planned, ...mediaJobMessage(planned.event) };
}
