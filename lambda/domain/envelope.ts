import * as z from 'zod/mini';
import type { WebhookEvent } from './event.ts';
import { memberOf } from './json-source.ts';

/** Raised when readers of the previous version could misread a message. */
export const ENVELOPE_VERSION = 1;

/** An event on the queue: with its payload, or with the S3 key where an oversized payload lies. */
export type QueuedEvent = Omit<WebhookEvent, 'payload'> &
  (
    | { readonly payload: string; readonly payloadKey?: never }
    | { readonly payload?: never; readonly payloadKey: string }
  );

export type EnvelopeReading =
  | { readonly ok: true; readonly event: QueuedEvent }
  /** `newer`: written by a later release, so a retry will find readers that know it. */
  | { readonly ok: false; readonly reason: 'malformed' | 'newer'; readonly detail: string };

const names = z.object({
  phone: z.exactOptional(z.string()),
  userId: z.exactOptional(z.string()),
  lid: z.exactOptional(z.string()),
  chatId: z.exactOptional(z.string()),
});

const facts = {
  v: z.literal(ENVELOPE_VERSION),
  provider: z.enum(['meta', 'wasender']),
  channel: z.string(),
  group: z.string(),
  id: z.string(),
  kind: z.enum(['message', 'echo', 'history', 'call', 'status', 'account']),
  direction: z.enum(['inbound', 'outbound']),
  type: z.string(),
  occurredAt: z.number(),
  receivedAt: z.number(),
  wamid: z.exactOptional(z.string()),
  contact: names,
  links: z.array(
    z.object({ relation: z.enum(['same', 'became']), from: z.string(), to: z.string() }),
  ),
  status: z.exactOptional(
    z.object({
      name: z.string(),
      participant: z.exactOptional(z.string()),
      detail: z.exactOptional(z.string()),
      account: z.exactOptional(z.string()),
      displayPhoneNumber: z.exactOptional(z.string()),
    }),
  ),
};
const envelope = z.union([
  z.object({ ...facts, payload: z.string() }),
  z.object({ ...facts, payloadKey: z.string() }),
]);

/** The body of the queue message, in the characters that SQS takes. */
export function writeEnvelope(event: QueuedEvent): string {
  const body = JSON.stringify({ v: ENVELOPE_VERSION, ...event });
  // The only characters outside SQS's set that JSON.stringify leaves as they are.
  return body.replace(/[\uFFFE\uFFFF]/g, (character) =>
    character === '\uFFFE' ? '\\ufffe' : '\\uffff',
  );
}

/** Reads a queue message that this version or the one before wrote. */
export function readEnvelope(body: string): EnvelopeReading {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { ok: false, reason: 'malformed', detail: `${body.length} characters that are no JSON` };
  }
  const version = memberOf(json, 'v');
  if (typeof version === 'number' && version > ENVELOPE_VERSION) {
    return {
      ok: false,
      reason: 'newer',
      detail: `schema version ${version}, known up to ${ENVELOPE_VERSION}`,
    };
  }
  const result = envelope.safeParse(json);
  if (result.success) {
    const { v: _, ...event } = result.data;
    return { ok: true, event };
  }
  const places = result.error.issues.map((issue) => issue.path.join('.'));
  return { ok: false, reason: 'malformed', detail: `no event: ${places.join(', ')}` };
}
