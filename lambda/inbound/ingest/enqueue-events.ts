import { type QueuedEvent, writeEnvelope } from '../../events/envelope.ts';
import { deduplicationId, type WebhookEvent } from '../../events/event.ts';
import { isOversized, parkedEvent } from '../../events/oversized.ts';
import type { MetricName } from '../../metric-names.ts';
import { planLanes } from '../../shared/queue/lanes.ts';
import type { OutgoingMessage, Refusal, SendBatch } from '../../shared/queue/outgoing-message.ts';

/** The message of an event. */
export interface OutgoingEvent extends OutgoingMessage {
  readonly event: WebhookEvent;
}

export interface EnqueueDeps {
  readonly sendBatch: SendBatch<OutgoingEvent>;
  /** Stores a payload under a key made from the event's id. Resolves when it is durable. */
  readonly storePayload: (key: string, payload: string, deadline: AbortSignal) => Promise<void>;
  readonly count: (metric: MetricName) => void;
}

/**
 * Puts events on the queue, those of one group in their order.
 *
 * Resolves only when the queue has confirmed every one. Rejects otherwise: what is queued by then
 * is deduplicated when the provider delivers again.
 */
export async function enqueueEvents(
  events: readonly WebhookEvent[],
  deadline: AbortSignal,
  deps: EnqueueDeps,
): Promise<void> {
  const messages = await Promise.all(
    events.map((event) => (isOversized(event) ? park(event, deadline, deps) : messageOf(event))),
  );
  // All lanes are awaited, lest one goes on after the answer was given.
  const lanes = await Promise.allSettled(
    planLanes(messages).map((batches) => sendInOrder(batches, deadline, deps)),
  );
  const failure = lanes.find((lane) => lane.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

async function sendInOrder(
  batches: readonly (readonly OutgoingEvent[])[],
  deadline: AbortSignal,
  deps: EnqueueDeps,
): Promise<void> {
  for (const batch of batches) {
    const refusals = await deps.sendBatch(batch, deadline);
    if (refusals.length > 0) await sendAgain(refusals, deadline, deps);
  }
}

async function sendAgain(
  refusals: readonly Refusal<OutgoingEvent>[],
  deadline: AbortSignal,
  deps: EnqueueDeps,
): Promise<void> {
  const messages = await Promise.all(
    refusals.map(({ message, isSenderFault }) =>
      isSenderFault ? park(message.event, deadline, deps) : message,
    ),
  );
  const refusedTwice = await deps.sendBatch(messages, deadline);
  if (refusedTwice.length > 0) throw new Error(`${refusedTwice.length} events refused twice`);
}

function messageOf(event: WebhookEvent, queued: QueuedEvent = event): OutgoingEvent {
  const body = writeEnvelope(queued);
  const { group } = event;
  return {
    event,
    body,
    group,
    deduplicationId: deduplicationId(event),
    bytes: Buffer.byteLength(body),
  };
}

/** Puts the payload where there is room for it; the message only points there. */
async function park(
  event: WebhookEvent,
  deadline: AbortSignal,
  deps: EnqueueDeps,
): Promise<OutgoingEvent> {
  const parked = parkedEvent(event);
  await deps.storePayload(parked.payloadKey, event.payload, deadline);
  deps.count('EventOverflowed');
  return messageOf(event, parked);
}
