import type { QueuedEvent } from './envelope.ts';
import type { WebhookEvent } from './event.ts';

/** A row holds 400 KB, keys and all. */
const MAX_PAYLOAD_BYTES = 350 * 1024;

/** One row holds the details of all statuses of a message. */
const MAX_DETAIL_BYTES = 16 * 1024;

/** Whether an event's payload must lie outside its row. */
export function isOversized({ payload, status }: WebhookEvent): boolean {
  return (
    Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES ||
    Buffer.byteLength(status?.detail ?? '') > MAX_DETAIL_BYTES
  );
}

/** The event with its payload elsewhere, under a key that a repetition of the event shares. */
export function parkedEvent(event: WebhookEvent): QueuedEvent & { readonly payloadKey: string } {
  const { payload: _, status, ...facts } = event;
  const payloadKey = `payloads/${event.id}.json`;
  if (status === undefined) return { ...facts, payloadKey };
  const { detail: __, ...short } = status;
  return { ...facts, status: short, payloadKey };
}
