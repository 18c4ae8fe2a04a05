import {
  type Check,
  failedChecks,
  isListOf,
  isObjectOf,
  isOneOf,
  isOptional,
  isText,
} from '../shared/json/checks.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { malformed, readBody, type UnreadableBody, writeBody } from '../shared/queue/body.ts';
import { COMMON_FACTS, payloadFaults } from './checks.ts';
import type { WebhookEvent } from './event.ts';

/** Raised when readers of the previous version could misread a message. */
export const ENVELOPE_VERSION = 1;

/** An event on the queue: with its payload, or with the S3 key where an oversized payload lies. */
export type QueuedEvent = Omit<WebhookEvent, 'payload'> &
  (
    | { readonly payload: string; readonly payloadKey?: never }
    | { readonly payload?: never; readonly payloadKey: string }
  );

export type EnvelopeReading = { readonly ok: true; readonly event: QueuedEvent } | UnreadableBody;

/** The body of the queue message, in the characters that SQS takes. */
export function writeEnvelope(event: QueuedEvent): string {
  return writeBody(ENVELOPE_VERSION, event);
}

/** Reads a queue message that this version or the one before wrote. */
export function readEnvelope(body: string): EnvelopeReading {
  const reading = readBody(body, ENVELOPE_VERSION);
  if (!reading.ok) return reading;
  const event = reading.members;
  return isQueuedEvent(event)
    ? { ok: true, event }
    : malformed(`no event, by ${faultsOf(event).join(', ')}`);
}

const optionalText = isOptional(isText);

const FACTS = {
  ...COMMON_FACTS,
  contact: isObjectOf({
    phone: optionalText,
    userId: optionalText,
    lid: optionalText,
    chatId: optionalText,
  }),
  links: isListOf(isObjectOf({ relation: isOneOf('same', 'became'), from: isText, to: isText })),
  status: isOptional(
    isObjectOf({
      name: isText,
      participant: optionalText,
      detail: optionalText,
      account: optionalText,
      displayPhoneNumber: optionalText,
    }),
  ),
} satisfies Record<keyof QueuedEvent, Check>;

function isQueuedEvent(value: object): value is QueuedEvent {
  return faultsOf(value).length === 0;
}

function faultsOf(value: object): string[] {
  const needsStatus = memberOf(value, 'kind') === 'status' && !('status' in value);
  return [
    ...failedChecks(value, FACTS),
    ...payloadFaults(value),
    ...(needsStatus ? ['status'] : []),
  ];
}
