import { soleAddress } from '../../events/chat.ts';
import { type ContactNames, messageGroup, type StatusUpdate } from '../../events/event.ts';
import { textOf } from '../../shared/json/fields.ts';
import { isRecord, memberOf } from '../../shared/json/json-source.ts';
import { otherEvent, type Told, type WasenderItem } from './item.ts';
import { namesOfJid, namesOfKey, personNames } from './jid.ts';

export function statusEvent(
  item: WasenderItem,
  session: string,
  wamid: string,
  status: StatusUpdate,
): Told {
  const { participant } = status;
  return {
    kind: 'status',
    type: status.name,
    direction: 'outbound',
    group: messageGroup(session, wamid),
    id: [session, wamid, status.name, ...(participant === undefined ? [] : [participant])],
    wamid,
    contact: recipientOf(item.leaf.value, status),
    status: { ...status, detail: item.content },
  };
}

/**
 * What the business did with a message of the contact, such as to read it; told by what it did. Also
 * what became of a message of which nothing says that the business sent it.
 */
export function ownAct(
  item: WasenderItem,
  session: string,
  wamid: string,
  { name, participant }: StatusUpdate,
): Told {
  const told = otherEvent(item, session);
  const others = [participant, soleAddress(told.contact)].filter((part) => part !== undefined);
  return { ...told, id: [session, item.name, wamid, name, ...others] };
}

/** A status with the webhook's own word for the time, where that could not be taken as it was told. */
export function withTime(status: StatusUpdate, { leaf, timestamp }: WasenderItem): StatusUpdate {
  if (status.detail === undefined || timestamp === undefined || leaf.members?.has('timestamp')) {
    return status;
  }
  const member = `"timestamp":${JSON.stringify(timestamp)},`;
  return { ...status, detail: status.detail.trimStart().replace('{', () => `{${member}`) };
}

/** Of a group chat the chat, and the member whose receipt it is. */
function recipientOf(leaf: unknown, { participant }: StatusUpdate): ContactNames {
  const { chatId, ...names } = namesOfKey(memberOf(leaf, 'key'));
  if (chatId === undefined) return names;
  return participant === undefined ? { chatId } : { ...memberNames(leaf), chatId };
}

function memberNames(leaf: unknown): ContactNames {
  return personNames(memberOf(leaf, 'receipt'), 'user', 'userJid');
}

/** `messages.update` counts from 0: ERROR, PENDING, SERVER_ACK, DELIVERY_ACK, READ, PLAYED. */
const STATUS_NAMES = ['failed', 'accepted', 'sent', 'delivered', 'read', 'played'];

/** Words of the protocol for what has a name of its own here, without case and punctuation. */
const STATUS_WORDS = new Map([
  ['error', 'failed'],
  ['pending', 'accepted'],
  ['serverack', 'sent'],
  ['deliveryack', 'delivered'],
]);

export const UPDATE_EVENT = 'messages.update';

/** Tells what the members of a group chat did with a message. */
export const RECEIPT_EVENT = 'message-receipt.update';

/** Which of the two events says that status of a message, by the item that it says it of. */
export function statusEventName(leaf: unknown, { name, participant }: StatusUpdate): string {
  const told = statusOf(RECEIPT_EVENT, leaf);
  return told?.name === name && told.participant === participant ? RECEIPT_EVENT : UPDATE_EVENT;
}

export function statusOf(event: string, leaf: unknown): StatusUpdate | undefined {
  if (event === UPDATE_EVENT) return updateStatus(textOf(leaf, 'update', 'status'));
  return event === RECEIPT_EVENT ? receiptStatus(memberOf(leaf, 'receipt')) : undefined;
}

/** The number or, in some releases, the word. */
function updateStatus(status: string | undefined): StatusUpdate | undefined {
  if (status === undefined) return undefined;
  const name = /^\d$/.test(status) ? STATUS_NAMES[Number(status)] : statusName(status);
  return { name: name ?? `status-${status}` };
}

/** What nobody knows yet keeps its word, in lower case. */
function statusName(word: string): string {
  const known = STATUS_WORDS.get(word.toLowerCase().replace(/[^a-z]/g, ''));
  return known ?? word.toLowerCase();
}

/** A group chat's receipt: one member has got or read the message. */
function receiptStatus(receipt: unknown): StatusUpdate | undefined {
  const { phone, lid, chatId } = namesOfJid(textOf(receipt, 'userJid'));
  const participant = lid ?? phone ?? chatId;
  const name = receiptName(receipt);
  if (name === undefined) return undefined;
  return participant === undefined ? { name } : { name, participant };
}

function receiptName(receipt: unknown): string | undefined {
  if (hasTime(receipt, 'playedTimestamp')) return 'played';
  if (hasTime(receipt, 'readTimestamp')) return 'read';
  if (hasTime(receipt, 'receiptTimestamp')) return 'delivered';
  const word = textOf(receipt, 'status') ?? textOf(receipt, 'type');
  return updateStatus(word)?.name;
}

/** A time may be two halves of a number. */
function hasTime(receipt: unknown, member: string): boolean {
  return textOf(receipt, member) !== undefined || isRecord(memberOf(receipt, member));
}
