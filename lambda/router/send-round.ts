import { type Delivery, deliveryDeduplicationId, writeDelivery } from '../domain/delivery.ts';
import { cutIntoBatches } from '../domain/lanes.ts';
import type { OutgoingMessage, SendBatch } from '../domain/outgoing-message.ts';

/** A delivery that a record of the batch gave rise to. */
export interface PlannedDelivery {
  readonly delivery: Delivery;
  readonly group: string;
  /** The record's place in the batch. */
  readonly index: number;
}

/** The message of a delivery. */
export interface OutgoingDelivery extends OutgoingMessage {
  readonly planned: PlannedDelivery;
}

export interface RoundOutcome {
  /** What the queue has not confirmed; it may hold it all the same. */
  readonly unsent: readonly PlannedDelivery[];
  readonly faults: readonly unknown[];
}

/** More requests at once only wait for each other. */
const MAX_REQUESTS = 10;

/** Messages are written when their turn comes, so that only so many are in memory at a time. */
const MESSAGES_AT_A_TIME = 10;

/** Sends deliveries among which there is no order, many at a time. Never rejects. */
export async function sendRound(
  round: readonly PlannedDelivery[],
  signal: AbortSignal,
  sendBatch: SendBatch<OutgoingDelivery>,
): Promise<RoundOutcome> {
  const unsent: PlannedDelivery[] = [];
  const faults: unknown[] = [];

  async function send(batch: readonly OutgoingDelivery[]): Promise<void> {
    let left = batch;
    try {
      left = (await sendBatch(left, signal)).map(({ message }) => message);
      if (left.length > 0) left = (await sendBatch(left, signal)).map(({ message }) => message);
    } catch (error) {
      faults.push(error);
    }
    unsent.push(...left.map(({ planned }) => planned));
  }

  const waiting = portionsOf(round).values();
  const workers = Array.from({ length: MAX_REQUESTS }, async () => {
    for (const portion of waiting) {
      for (const batch of cutIntoBatches(portion.map(messageOf))) await send(batch);
    }
  });
  await Promise.all(workers);
  return { unsent, faults };
}

function portionsOf(round: readonly PlannedDelivery[]): readonly (readonly PlannedDelivery[])[] {
  return Array.from({ length: Math.ceil(round.length / MESSAGES_AT_A_TIME) }, (_, n) =>
    round.slice(n * MESSAGES_AT_A_TIME, (n + 1) * MESSAGES_AT_A_TIME),
  );
}

function messageOf(planned: PlannedDelivery): OutgoingDelivery {
  const { delivery, group } = planned;
  const body = writeDelivery(delivery);
  const deduplicationId = deliveryDeduplicationId(delivery);
  return { planned, body, group, deduplicationId, bytes: Buffer.byteLength(body) };
}
