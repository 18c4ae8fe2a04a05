import {
  type Check,
  failedChecks,
  isListOf,
  isObjectOf,
  isOneOf,
  isOptional,
  isText,
  isWhole,
} from './checks.ts';
import { EVENT_KINDS, type WebhookEvent } from './event.ts';
import { isRecord, memberOf } from './json-source.ts';

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
  /** Written by a later release, so a retry will find readers that know it. */
  | { readonly ok: false; readonly reason: 'newer' }
  /** `detail` says what is wrong with it without a word of its content. */
  | { readonly ok: false; readonly reason: 'malformed'; readonly detail: string };

/** The body of the queue message, in the characters that SQS takes. */
export function writeEnvelope(event: QueuedEvent): string {
  const body = JSON.stringify({ v: ENVELOPE_VERSION, ...event });
  // The only characters outside SQS's set that JSON.stringify leaves as they are.
  return body.replace(/[\uFFFE\uFFFF]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);
}

/** Reads a queue message that this version or the one before wrote. */
export function readEnvelope(body: string): EnvelopeReading {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return malformed(`${body.length} characters that are no JSON`);
  }
  const { v: version, ...event } = isRecord(json) ? json : {};
  if (typeof version === 'number' && version > ENVELOPE_VERSION) {
    return { ok: false, reason: 'newer' };
  }
  if (version !== ENVELOPE_VERSION) return malformed('no version that is known');
  return isQueuedEvent(event)
    ? { ok: true, event }
    : malformed(`no event, by ${faultsOf(event).join(', ')}`);
}

function malformed(detail: string): EnvelopeReading {
  return { ok: false, reason: 'malformed', detail };
}

const optionalText = isOptional(isText);

const FACTS = {
  provider: isOneOf('meta', 'wasender'),
  channel: isText,
  group: isText,
  id: isText,
  kind: isOneOf(...EVENT_KINDS),
  direction: isOneOf('inbound', 'outbound'),
  type: isText,
  occurredAt: isWhole,
  receivedAt: isWhole,
  wamid: optionalText,
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
  payload: optionalText,
  payloadKey: optionalText,
} satisfies Record<keyof QueuedEvent, Check>;

function isQueuedEvent(value: object): value is QueuedEvent {
  return faultsOf(value).length === 0;
}

function faultsOf(value: object): string[] {
  const hasPayload = 'payload' in value !== 'payloadKey' in value;
  const needsStatus = memberOf(value, 'kind') === 'status' && !('status' in value);
  return [
    ...failedChecks(value, FACTS),
    ...(hasPayload ? [] : ['payload']),
    ...(needsStatus ? ['status'] : []),
  ];
}
