import { hash } from 'node:crypto';
import { tokenOf } from './wamid.ts';

export const EVENT_KINDS = ['message', 'echo', 'history', 'call', 'status', 'account'] as const;

export type Provider = 'meta' | 'wasender';

/**
 * - `message`: what the contact sent (reactions, edits, system messages included)
 * - `echo`: what the business sent from another device or app
 * - `history`: a message from before the channel was connected
 * - `call`: an event or status of a call
 * - `status`: what became of a message that the business sent
 * - `account`: everything else, from a template's approval to fields nobody knows yet
 */
export type EventKind = (typeof EVENT_KINDS)[number];

/** The kind with which an event's id begins; undefined for what is none of this release. */
export function kindOfEventId(id: string): EventKind | undefined {
  return EVENT_KINDS.find((kind) => id.startsWith(`${kind}.`));
}

/** The names of the person, or of the group chat, at the other end. */
export interface ContactNames {
  /** Digits of a phone number, without `+`. */
  readonly phone?: string;
  /** Meta's business-scoped user id (BSUID), such as `MX.1349…`. */
  readonly userId?: string;
  /** WhatsApp's linked id, such as `2000…@lid`. */
  readonly lid?: string;
  /** A group chat's id; the other names are then those of the participant who acted. */
  readonly chatId?: string;
}

/** Two names of one contact that an event carried together, or a change from one to the other. */
export interface IdentityLink {
  /** `same`: both name one contact now. `became`: `from` was given up for `to`. */
  readonly relation: 'same' | 'became';
  /** For `same` the phone, for `became` the earlier name. */
  readonly from: string;
  /** For `same` the BSUID or LID, for `became` the later name. */
  readonly to: string;
}

/** What one status webhook says of an outbound message. */
export interface StatusUpdate {
  /** Meta's word for it: `sent`, `delivered`, `read`, `played`, `failed`, or one that is new. */
  readonly name: string;
  /** The group chat's member whom it is about: BSUID, LID or phone. */
  readonly participant?: string;
  /** JSON source: members of the status beside id, name, time and recipient (errors, pricing, …). */
  readonly detail?: string;
  /** The WhatsApp Business Account, and the business number as displayed. */
  readonly account?: string;
  readonly displayPhoneNumber?: string;
}

/** One message, status or change, cut out of a webhook. */
export interface WebhookEvent {
  readonly provider: Provider;
  /** Meta's `phone_number_id`, a WasenderApi session's name, or a WhatsApp Business Account's id. */
  readonly channel: string;
  /** SQS message group and table partition: events of one group are stored in order. */
  readonly group: string;
  /** Equal for equal events, whatever webhook they came in. */
  readonly id: string;
  readonly kind: EventKind;
  readonly direction: 'inbound' | 'outbound';
  /** Message type (`text`, `image`, …), call event, status name, or webhook field. */
  readonly type: string;
  /** When it happened, by the provider's clock, in ms since 1970; its receipt where none is given. */
  readonly occurredAt: number;
  /** When the webhook was received, in ms since 1970. */
  readonly receivedAt: number;
  /** WhatsApp's id of the message or call. */
  readonly wamid?: string;
  readonly contact: ContactNames;
  readonly links: readonly IdentityLink[];
  /** Only where `kind` is `status`. */
  readonly status?: StatusUpdate;
  /** A complete webhook with this one event in it, cut from the source as it came. */
  readonly payload: string;
}

/** Message group and partition of all that is said with one contact or in one group chat. */
export function contactGroup(channel: string, name: string): string {
  return `contact.${digest([channel, name])}`;
}

/** Whether a group is that of a contact or of a group chat. */
export function isContactGroup(group: string): boolean {
  return group.startsWith('contact.');
}

/** Message group and partition of one message's statuses, by whichever of its wamids they come. */
export function statusGroup(channel: string, wamid: string): string {
  return messageGroup(channel, tokenOf(wamid));
}

/** Group of what names nobody, only a message; and of a message's statuses in earlier releases. */
export function messageGroup(channel: string, wamid: string): string {
  return `message.${digest([channel, wamid])}`;
}

/** Message group and partition of one field's account events. */
export function accountGroup(account: string, field: string): string {
  return `account.${digest([account, field])}`;
}

/**
 * What two deliveries of an event have in common, for whoever drops the second at once: the event, and
 * the links that a message shows. Told again with one more name of the contact, it must get as far as
 * the table.
 */
export function deduplicationId({
  id,
  kind,
  links,
}: Pick<WebhookEvent, 'id' | 'kind' | 'links'>): string {
  return links.length === 0 || kind === 'status' ? id : digest([id, JSON.stringify(links)]);
}

/** Identity of an event from the parts that make it the same event. */
export function eventId(kind: EventKind, parts: readonly string[]): string {
  return `${kind}.${digest(parts)}`;
}

/**
 * SHA-256 over the parts as a JSON array, which no two lists of parts share, in base64url.
 *
 * Part of every stored identity: a change here is a migration.
 */
export function digest(parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}
