import { writeEnvelope } from '../domain/envelope.ts';
import type { WebhookEvent } from '../domain/event.ts';
import { planLanes, type Sendable } from '../domain/lanes.ts';
import { isOversized, parkedEvent } from '../domain/oversized.ts';
import type { MetricName } from '../metric-names.ts';

/** A message ready to be sent. */
export interface OutgoingMessage extends Sendable {
  readonly event: WebhookEvent;
  readonly body: string;
}

export interface Refusal {
  readonly message: OutgoingMessage;
  /** Whether the queue holds the message itself to be at fault, so that sending again is no use. */
  readonly isSenderFault: boolean;
}

export interface EnqueueDeps {
  /** Sends at most ten messages in their order. Resolves with those that the queue did not take. */
  readonly sendBatch: (
    batch: readonly OutgoingMessage[],
    deadline: AbortSignal,
  ) => Promise<readonly Refusal[]>;
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
  batches: readonly (readonly OutgoingMessage[])[],
  deadline: AbortSignal,
  deps: EnqueueDeps,
): Promise<void> {
  for (const batch of batches) {
    const refusals = await deps.sendBatch(batch, deadline);
    if (refusals.length > 0) await sendAgain(refusals, deadline, deps);
  }
}

async function sendAgain(
  refusals: readonly Refusal[],
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

function messageOf(event: WebhookEvent): OutgoingMessage {
  const body = writeEnvelope(event);
  return { event, body, group: event.group, bytes: Buffer.byteLength(body) };
}

/** Puts the payload where there is room for it; the message only points there. */
async function park(
  event: WebhookEvent,
  deadline: AbortSignal,
  deps: EnqueueDeps,
): Promise<OutgoingMessage> {
  const parked = parkedEvent(event);
  await deps.storePayload(parked.payloadKey, event.payload, deadline);
  deps.count('EventOverflowed');
  const body = writeEnvelope(parked);
  return { event, body, group: event.group, bytes: Buffer.byteLength(body) };
}
