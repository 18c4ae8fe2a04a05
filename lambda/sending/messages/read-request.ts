import * as z from 'zod/mini';
import type { Provider } from '../../events/event.ts';
import { sendFaults } from '../../providers/meta/send-schema.ts';
import { type Recipient, readRecipient } from '../../providers/recipient.ts';
import { schemaFaults } from '../../providers/schema-faults.ts';
import { wasenderRequest } from '../../providers/wasender/send-request.ts';
import { isRecord, memberOf } from '../../shared/json/json-source.ts';
import {
  CATEGORIES,
  type Category,
  MESSAGE_CLASSES,
  type MessageClass,
} from '../../table/outgoing-message.ts';
import { hashOfJson } from '../canonical-json.ts';

/** What somebody wants to be sent. */
export interface SendWish {
  readonly to: Recipient;
  /** As `OutgoingMessage` has it. */
  readonly body: string;
  readonly isTemplate: boolean;
  readonly category: Category;
  readonly class: MessageClass;
  /** In ms since 1970. */
  readonly notAfter: number;
  /** Whether it is sent although the window is closed, by what is known. */
  readonly isForced: boolean;
  /** Of all that was asked. */
  readonly hash: string;
}

export type WishReading =
  | { readonly ok: true; readonly wish: SendWish }
  | { readonly ok: false; readonly reason: string };

const MAX_BYTES = 64 * 1024;

/** What a request has beside Meta's body. */
const options = z.looseObject({
  to: z.optional(z.string()),
  recipient: z.optional(z.string()),
  category: z.optional(z.enum(CATEGORIES)),
  class: z.optional(z.enum(MESSAGE_CLASSES)),
  notAfter: z.optional(
    z.iso.datetime({ offset: true, error: 'a time such as 2026-11-22T06:00:00Z' }),
  ),
  force: z.optional(z.boolean()),
});

const HOUR_MS = 3_600_000;

/** For how long a message may wait where nobody says. A code is of no use later. */
const WAIT_MS: Readonly<Record<Category, number>> = {
  service: 24 * HOUR_MS,
  marketing: 24 * HOUR_MS,
  utility: 24 * HOUR_MS,
  authentication: HOUR_MS / 6,
};

/** Reads a request to send, and tells all that is wrong with it at once. */
export function readRequest(rawBody: Buffer, provider: Provider, nowMs: number): WishReading {
  const json = jsonOf(rawBody);
  if (typeof json === 'string') return { ok: false, reason: json };
  const hash = hashOfJson(json);
  if (hash === undefined) return { ok: false, reason: 'the body is nested too deep' };
  const to = recipientOf(json);
  const read = options.safeParse(json);
  const faults = [
    ...schemaFaults(options, json),
    ...sendFaults(json),
    ...(to.ok ? faultsFor(to.recipient, json, provider) : [to.reason]),
  ];
  return to.ok && read.success && faults.length === 0
    ? { ok: true, wish: { ...wishOf(json, read.data, nowMs), to: to.recipient, hash } }
    : { ok: false, reason: faults.join('; ') };
}

function wishOf(
  json: object,
  { category = 'service', class: messageClass = 'reply', notAfter, force }: z.infer<typeof options>,
  nowMs: number,
): Omit<SendWish, 'to' | 'hash'> {
  return {
    body: bodyOf(json),
    isTemplate: memberOf(json, 'type') === 'template',
    category,
    class: messageClass,
    notAfter: notAfter === undefined ? nowMs + WAIT_MS[category] : Date.parse(notAfter),
    isForced: force === true,
  };
}

/** Or why it is none. */
function jsonOf(rawBody: Buffer): object | string {
  const { length } = rawBody;
  if (length > MAX_BYTES) return `the body takes at most ${MAX_BYTES} bytes, not ${length}`;
  try {
    const json: unknown = JSON.parse(rawBody.toString('utf8'));
    if (isRecord(json)) return json;
  } catch {
    // Told below, whatever is wrong with it.
  }
  return 'the body is no JSON object';
}

type RecipientReading =
  | { readonly ok: true; readonly recipient: Recipient }
  | { readonly ok: false; readonly reason: string };

/** A phone number is better than a BSUID: it keeps the phone in what Meta tells of the message. */
function recipientOf(json: object): RecipientReading {
  const member = memberOf(json, 'to') === undefined ? 'recipient' : 'to';
  const name = memberOf(json, member);
  if (name === undefined) return { ok: false, reason: 'to is missing' };
  const isGroup = memberOf(json, 'recipient_type') === 'group';
  const recipient = typeof name === 'string' ? readRecipient(name, isGroup) : undefined;
  if (recipient !== undefined) return { ok: true, recipient };
  const reason = `${member} takes a phone number with its country code such as +5215550001111, a BSUID, or a group's id with recipient_type group`;
  return { ok: false, reason };
}

/** What the schemas cannot say. */
function faultsFor(to: Recipient, json: object, provider: Provider): readonly string[] {
  const request = provider === 'wasender' ? wasenderRequest(to, json) : undefined;
  return [...ruleFaults(json, to), ...(request?.ok === false ? [request.reason] : [])];
}

function ruleFaults(json: object, to: Recipient): readonly string[] {
  const isTemplate = memberOf(json, 'type') === 'template';
  const category = memberOf(json, 'category');
  const isMissing = isTemplate && (category === undefined || category === 'service');
  const isCode = category === 'authentication';
  return [
    ...(memberOf(json, 'biz_opaque_callback_data') === undefined
      ? []
      : ['biz_opaque_callback_data is what Floodgate knows a message by: use Idempotency-Key']),
    ...(isMissing ? ['category takes marketing or utility or authentication for a template'] : []),
    ...(!isTemplate && category !== undefined && category !== 'service'
      ? ['category takes service for what is no template']
      : []),
    ...(isCode && to.kind === 'userId'
      ? ['to takes a phone number for authentication: Meta sends no codes to a BSUID']
      : []),
  ];
}

/** Members that are ours, or that say whom it goes to. */
const NOT_OF_BODY = new Set([
  ...['messaging_product', 'recipient_type', 'to', 'recipient'],
  ...['category', 'class', 'notAfter', 'force'],
]);

function bodyOf(json: object): string {
  const members = Object.entries(json).filter(([name]) => !NOT_OF_BODY.has(name));
  return JSON.stringify(Object.fromEntries(members));
}
