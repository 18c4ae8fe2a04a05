import type { Provider } from '../events/event.ts';
import { nameOf } from '../events/naming.ts';
import {
  type Check,
  failedChecks,
  isObjectOf,
  isOneOf,
  isOptional,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { isRecord, memberOf } from '../shared/json/json-source.ts';
import { readVersioned, writeVersioned } from '../shared/json/versioned.ts';
import {
  type CampaignRecipient,
  isCampaignRecipient,
  readRecipientOf,
  templateBody,
} from './campaign-recipient.ts';
import { ATTRIBUTES as A, timeKey, timeOfKey } from './keys.ts';
import { outgoingKeyOf } from './outgoing-keys.ts';
import { CATEGORIES, MESSAGE_CLASSES, type OutgoingMessage } from './outgoing-message.ts';
import { type Item, keyOf, providerIn, recipientOf, textIn, textOf } from './stored-rows.ts';
import { textValue } from './update-expression.ts';

const KEPT = { what: 'message', version: 1 };

/** A message that waits, as far as a lane needs it to choose. */
export interface WaitingMessage extends Pick<OutgoingMessage, 'id' | 'class' | 'notAfter' | 'to'> {
  /** What a release before this one wrote does not say it. */
  readonly provider?: Provider | undefined;
  /** Which attempt it waits for, from 1 on. */
  readonly attempt: number;
  /** Of a campaign's: which recipient it is for. */
  readonly recipient?: CampaignRecipient | undefined;
  /** Of one that was tried: until then it holds its place, in ms since 1970. */
  readonly notBefore?: number;
}

const isRecipient = isObjectOf({ kind: isOneOf('phone', 'userId', 'group'), name: isText });

const OUTGOING = {
  id: isText,
  channel: isText,
  provider: isOneOf('meta', 'wasender'),
  to: isRecipient,
  body: isText,
  category: isOneOf(...CATEGORIES),
  class: isOneOf(...MESSAGE_CLASSES),
  notAfter: isWhole,
  createdAt: isWhole,
} satisfies Record<keyof OutgoingMessage, Check>;

const WAITING = {
  id: isText,
  class: isOneOf(...MESSAGE_CLASSES),
  notAfter: isWhole,
  to: isRecipient,
  provider: isOptional(isOneOf('meta', 'wasender')),
  attempt: isWhole,
  notBefore: isOptional(isWhole),
  recipient: isOptional(isCampaignRecipient),
} satisfies Record<keyof WaitingMessage, Check>;

/** What most messages are. */
const USUAL = { kind: 'phone', category: 'service', class: 'reply' } as const;

/**
 * What the row of a message's content keeps of it, beside its key. A text of 700 bytes fits into one write
 * unit, since nothing is said twice, nor what is usual.
 */
export function outgoingAttributes(message: OutgoingMessage) {
  const { provider, to, body, category, class: messageClass, notAfter, createdAt } = message;
  const members = {
    provider,
    to: { kind: unlessUsual('kind', to.kind), name: to.name },
    category: unlessUsual('category', category),
    class: unlessUsual('class', messageClass),
    notAfter,
  };
  return {
    [A.outgoing]: textValue(writeVersioned(KEPT, members)),
    [A.body]: textValue(body),
    [A.timelineAt]: textValue(timeKey(createdAt)),
  };
}

function unlessUsual(member: keyof typeof USUAL, value: string): string | undefined {
  return value === USUAL[member] ? undefined : value;
}

/** Throws on what `outgoingAttributes` did not write, naming the members at fault. */
export function readOutgoing(item: Item): OutgoingMessage {
  const { kind, ...usual } = USUAL;
  if (A.recipient in item) return readCampaignMessage(item);
  const members = readVersioned(KEPT, textOf(item, A.outgoing));
  const to = memberOf(members, 'to');
  const message = {
    ...{ ...usual, ...outgoingKeyOf(keyOf(item)), body: textIn(item, A.body) },
    createdAt: timeOfKey(textOf(item, A.timelineAt)),
    ...members,
    to: isRecord(to) ? { kind, ...to } : to,
  };
  if (isOutgoing(message)) return message;
  throw new Error(`no message to send, by ${failedChecks(message, OUTGOING).join(', ')}`);
}

/** What a message of a campaign says without what is put into its template, which lies in the part. */
function readCampaignMessage(item: Item): OutgoingMessage {
  const recipient = readRecipientOf(textOf(item, A.recipient));
  const key = outgoingKeyOf(keyOf(item));
  const names = recipientOf(item);
  const name = nameOf(names);
  if (key === undefined || name === undefined) throw new Error('a recipient without a name');
  return {
    ...key,
    provider: providerIn(item, A.via),
    to: { kind: names.phone === undefined ? 'userId' : 'phone', name },
    ...{ body: JSON.stringify(templateBody(recipient)), class: 'campaign' },
    ...{ category: recipient.category, notAfter: recipient.notAfter },
    createdAt: timeOfKey(textOf(item, A.timelineAt)),
  };
}

export function writeWaiting({
  id,
  class: messageClass,
  notAfter,
  to,
  provider,
  attempt,
  notBefore,
  recipient,
}: WaitingMessage): string {
  const head = { id, class: messageClass, notAfter, to };
  return writeVersioned(KEPT, { ...head, provider, attempt, notBefore, recipient });
}

/** Throws on what `writeWaiting` did not write, likewise. */
export function readWaiting(text: string): WaitingMessage {
  const waiting = readVersioned(KEPT, text);
  if (isWaiting(waiting)) return waiting;
  throw new Error(`no message that waits, by ${failedChecks(waiting, WAITING).join(', ')}`);
}

/** How the first attempt of a message waits. */
export function firstWait({
  id,
  class: messageClass,
  notAfter,
  to,
  provider,
}: OutgoingMessage): WaitingMessage {
  return { id, class: messageClass, notAfter, to, provider, attempt: 1 };
}

function isOutgoing(value: object): value is OutgoingMessage {
  return failedChecks(value, OUTGOING).length === 0;
}

function isWaiting(value: object): value is WaitingMessage {
  return failedChecks(value, WAITING).length === 0;
}
