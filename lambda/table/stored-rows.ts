import { CHATS, type Chat } from '../events/chat.ts';
import type { ContactNames, Provider, WebhookEvent } from '../events/event.ts';
import type { SettledMedia } from '../events/media-state.ts';
import { type DatedLink, kindOfName } from '../events/name-eras.ts';
import { isRecord } from '../shared/json/json-source.ts';
import {
  ATTRIBUTES as A,
  MEDIA_ATTRIBUTES as M,
  PARTICIPANT_PREFIX,
  STATUS_PREFIXES,
} from './keys.ts';

/** A value as DynamoDB's protocol writes it; rows have texts and numbers only. */
interface Attribute {
  readonly S?: string;
  readonly N?: string;
}

export type Item = Readonly<Record<string, Attribute>>;

/** Throws on what is no item: then it is no answer of DynamoDB's. */
export function toItem(value: unknown): Item {
  if (!isItem(value)) throw new Error('the table answered with something that is no item');
  return value;
}

export function toItems(values: unknown): readonly Item[] {
  return Array.isArray(values) ? values.map(toItem) : [];
}

function isItem(value: unknown): value is Item {
  return isRecord(value) && Object.values(value).every(isAttribute);
}

function isAttribute(value: unknown): value is Attribute {
  if (!isRecord(value)) return false;
  const { S = '', N = '' } = value;
  return typeof S === 'string' && typeof N === 'string';
}

export interface RowKey {
  readonly pk: string;
  readonly sk: string;
}

/** One stored event; what is not here is read from its payload. */
export interface StoredEvent extends RowKey {
  readonly provider: Provider;
  readonly channel: string;
  readonly direction: WebhookEvent['direction'];
  readonly type: string;
  readonly wamid: string | undefined;
  /** Where it is not private; earlier releases did not keep it. */
  readonly chat: Chat | undefined;
  /** Sorts as text by time and, within a millisecond, by the order in which SQS took the events. */
  readonly at: string;
  readonly receivedAt: number;
  /** A complete webhook with this one event in it, unless it lies in the overflow bucket. */
  readonly payload: string | undefined;
  readonly payloadKey: string | undefined;
  /** What became of its file; undefined where it has none, or where that is not known yet. */
  readonly media: SettledMedia | undefined;
}

export interface StoredStatus {
  readonly name: string;
  /** When it happened, by the provider's clock. */
  readonly at: number;
  /** Undefined where an earlier release stored it. */
  readonly receivedAt: number | undefined;
  /** JSON source of its other members. */
  readonly detail: string | undefined;
  /** Where the webhook lies whose detail is too big for the row. */
  readonly payloadKey: string | undefined;
}

/** What became of one outbound message. */
export interface SentMessage extends RowKey {
  readonly provider: Provider;
  readonly channel: string;
  readonly wamid: string;
  /** Time of the earliest status, as it sorts. */
  readonly at: string;
  readonly account: string | undefined;
  readonly displayPhoneNumber: string | undefined;
  readonly recipient: ContactNames;
  readonly statuses: readonly StoredStatus[];
}

/** What one member of a group chat did with a message. */
export interface Participant {
  readonly name: string;
  readonly contact: ContactNames;
  readonly statuses: readonly StoredStatus[];
}

export function keyOf(item: Item): RowKey {
  return { pk: textOf(item, A.partitionKey), sk: textOf(item, A.sortKey) };
}

/** A claim tells where a message lies, and is none. */
export function isClaim(item: Item): boolean {
  return A.claimId in item;
}

/** Whether readers hide a row: DynamoDB takes days to delete what expired, and keys of what is forgotten stay. */
export function isHidden(item: Item, nowMs: number): boolean {
  // A link that was seen again since is there again.
  const isForgotten = A.forgottenAt in item && !(A.seenAt in item);
  return isForgotten || (numberIn(item, A.expiresAt) ?? Infinity) * 1000 <= nowMs;
}

export function toStoredEvent(item: Item): StoredEvent {
  return {
    ...keyOf(item),
    ...origin(item),
    direction: textOf(item, A.direction) === 'outbound' ? 'outbound' : 'inbound',
    type: textOf(item, A.type),
    wamid: textIn(item, A.wamid),
    chat: CHATS.find((chat) => chat === textIn(item, A.chat)),
    at: textOf(item, A.at),
    receivedAt: numberOf(item, A.receivedAt),
    payload: textIn(item, A.payload),
    payloadKey: textIn(item, A.payloadKey),
    media: mediaOf(item),
  };
}

function mediaOf(item: Item): SettledMedia | undefined {
  const state = textIn(item, M.state);
  if (state === 'stored') {
    return {
      state,
      key: textOf(item, M.key),
      sizeBytes: numberOf(item, M.sizeBytes),
      sha256: textOf(item, M.sha256),
      mimeType: textOf(item, M.mimeType),
    };
  }
  const isKnown = state === 'failed' || state === 'skipped' || state === 'expired';
  return isKnown ? { state, reason: textIn(item, M.reason) } : undefined;
}

export function toSentMessage(item: Item): SentMessage {
  return {
    ...keyOf(item),
    ...origin(item),
    wamid: textOf(item, A.wamid),
    at: textOf(item, A.timelineAt),
    account: textIn(item, A.account),
    displayPhoneNumber: textIn(item, A.displayPhoneNumber),
    recipient: recipientOf(item),
    statuses: statusesOf(item),
  };
}

export function toParticipant(item: Item): Participant {
  const { chatId: _, ...contact } = recipientOf(item);
  const name = textOf(item, A.sortKey).slice(PARTICIPANT_PREFIX.length);
  return {
    name,
    // Earlier releases kept no more of a member than the name.
    contact: { [kindOfName(name)]: name, ...contact },
    statuses: statusesOf(item),
  };
}

export function toLink(item: Item): DatedLink {
  return {
    relation: textOf(item, A.sortKey).startsWith('became') ? 'became' : 'same',
    from: textOf(item, A.linkFrom),
    to: textOf(item, A.linkTo),
    seenAt: numberOf(item, A.seenAt),
  };
}

/** A text attribute. Throws where there is none, for then the row is none of ours. */
export function textOf(item: Item, attribute: string): string {
  const text = textIn(item, attribute);
  if (text === undefined) throw new Error(`a row without the text "${attribute}"`);
  return text;
}

export function origin(item: Item): { provider: Provider; channel: string } {
  return { provider: providerIn(item, A.provider), channel: textOf(item, A.channel) };
}

export function providerIn(item: Item, attribute: string): Provider {
  return textOf(item, attribute) === 'wasender' ? 'wasender' : 'meta';
}

export function recipientOf(item: Item): ContactNames {
  const names = {
    phone: textIn(item, A.recipientPhone),
    userId: textIn(item, A.recipientUserId),
    lid: textIn(item, A.recipientLid),
    chatId: textIn(item, A.recipientChatId),
  };
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined));
}

export function statusesOf(item: Item): StoredStatus[] {
  return Object.keys(item)
    .filter((attribute) => attribute.startsWith(STATUS_PREFIXES.time))
    .map((attribute) => attribute.slice(STATUS_PREFIXES.time.length))
    .map((name) => ({
      name,
      at: numberOf(item, `${STATUS_PREFIXES.time}${name}`),
      receivedAt: numberIn(item, `${STATUS_PREFIXES.receivedAt}${name}`),
      detail: textIn(item, `${STATUS_PREFIXES.detail}${name}`),
      payloadKey: textIn(item, `${STATUS_PREFIXES.payloadKey}${name}`),
    }));
}

export function textIn(item: Item, attribute: string): string | undefined {
  return item[attribute]?.S;
}

/** A number. Throws where there is none, likewise. */
export function numberOf(item: Item, attribute: string): number {
  const number = numberIn(item, attribute);
  if (number === undefined) throw new Error(`a row without the number "${attribute}"`);
  return number;
}

export function numberIn(item: Item, attribute: string): number | undefined {
  const number = item[attribute]?.N;
  return number === undefined ? undefined : Number(number);
}
