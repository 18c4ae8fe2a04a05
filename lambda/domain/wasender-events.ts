import {
  accountGroup,
  type ContactNames,
  contactGroup,
  digest,
  eventId,
  messageGroup,
  type StatusUpdate,
  type WebhookEvent,
} from './event.ts';
import { millisOf, pastTime, textOf } from './fields.ts';
import { isRecord, memberOf } from './json-source.ts';
import { isPlaceholder, messageIdParts } from './message-identity.ts';
import { linkOf } from './naming.ts';
import { messageType } from './wasender-content.ts';
import {
  addressOf,
  namesOfCall,
  namesOfEntry,
  namesOfJid,
  namesOfKey,
  personNames,
} from './wasender-jid.ts';
import { messageOfItem } from './wasender-opened.ts';
import type { WasenderItem } from './wasender-webhook.ts';

/** Events that all announce one message, which then comes as often as events are subscribed to. */
const MESSAGE_EVENTS = new Set([
  'messages.upsert',
  'messages.received',
  'messages-personal.received',
  'messages-group.received',
  'messages-newsletter.received',
]);

/** Events whose items each name a person, and no chat. */
const ADDRESS_BOOK = /^(contacts|lid-mapping)\./;

type Told = Pick<WebhookEvent, 'kind' | 'type' | 'direction' | 'group'> & {
  readonly id: readonly string[];
  readonly wamid?: string;
  readonly contact: ContactNames;
  readonly status?: StatusUpdate;
};

/** Says what one item of a webhook is: its group, its id, and whom it is about. */
export function wasenderEvent(
  item: WasenderItem,
  session: string,
  receivedAt: number,
): WebhookEvent {
  const told = tell(item, session);
  const { phone, lid } = ADDRESS_BOOK.test(item.name)
    ? namesOfEntry(item.leaf.value)
    : told.contact;
  const toldAt =
    millisOf(item.leaf.value, 'messageTimestamp') ??
    millisOf(item.leaf.value, 'update', 'messageTimestamp') ??
    millisOf(item, 'timestamp');
  const occurredAt = pastTime(toldAt, receivedAt);
  return {
    provider: 'wasender',
    channel: session,
    ...told,
    id: eventId(told.kind, told.id),
    ...(told.status !== undefined &&
      occurredAt !== toldAt && { status: withTime(told.status, item) }),
    occurredAt,
    receivedAt,
    links: linkOf('same', phone, lid),
    payload: item.payload,
  };
}

function tell(item: WasenderItem, session: string): Told {
  const leaf = item.leaf.value;
  if (MESSAGE_EVENTS.has(item.name)) return message(item, session);
  if (item.name === 'message.sent') return sentMessage(item, session);
  if (item.name === 'call' || item.name === 'call.received') return call(item, session);
  if (item.name === 'messages.reaction') return reaction(item, session);
  const content = laterContent(item, session);
  if (content !== undefined) return content;
  const status = statusOf(item.name, leaf);
  const wamid = textOf(leaf, 'key', 'id');
  if (status === undefined || wamid === undefined) return otherEvent(item, session);
  return textOf(leaf, 'key', 'fromMe') === 'false'
    ? ownAct(item, session, wamid, status)
    : statusEvent(item, session, wamid, status);
}

function message(item: WasenderItem, session: string): Told {
  const leaf = item.leaf.value;
  const key = memberOf(leaf, 'key');
  const id = textOf(key, 'id');
  if (id !== undefined && isRevocation(leaf)) return revocation(item, session, id);
  const type = typeOf(leaf);
  return {
    ...keyed(item, session),
    ...writtenBy(key),
    type,
    id: id === undefined ? contentId(item, session) : idOf(session, key, id, type),
  };
}

/** A deletion that is told under the id of the message that it deletes. */
function revocation(item: WasenderItem, session: string, id: string): Told {
  const key = memberOf(item.leaf.value, 'key');
  const told = { ...keyed(item, session), ...writtenBy(key), type: 'revoke' };
  return { ...told, id: [...idOf(session, key, id, told.type), told.type] };
}

/** How releases write that a message is the business's own. */
const IS_OURS = new Set(['true', '1']);

/** Who wrote a message, by its key. */
function writtenBy(key: unknown) {
  return IS_OURS.has(textOf(key, 'fromMe') ?? '')
    ? ({ kind: 'echo', direction: 'outbound' } as const)
    : ({ kind: 'message', direction: 'inbound' } as const);
}

function idOf(session: string, key: unknown, id: string, type: string): readonly string[] {
  const { direction } = writtenBy(key);
  return messageIdParts({ provider: 'wasender', channel: session, direction }, id, type);
}

/** Some releases tell a text beside the message alone. */
function typeOf(leaf: unknown): string {
  const type = messageType(memberOf(leaf, 'message'));
  // Beside a stub the text is WhatsApp's own, such as that one has to wait.
  const hasText = textOf(leaf, 'messageBody') !== undefined && !hasStub(leaf);
  return isPlaceholder(type) && hasText ? 'text' : type;
}

function hasStub(leaf: unknown): boolean {
  return (textOf(leaf, 'messageStubType') ?? '0') !== '0';
}

/** The business's own message, which `messages.upsert` announces as well; not if it could not be sent. */
function sentMessage(item: WasenderItem, session: string): Told {
  const leaf = item.leaf.value;
  const id = textOf(leaf, 'key', 'id');
  const isSent = textOf(leaf, 'success') !== 'false' && id !== undefined;
  const type = typeOf(leaf);
  const ids = { provider: 'wasender', channel: session, direction: 'outbound' } as const;
  return {
    ...keyed(item, session),
    kind: 'echo',
    type,
    direction: 'outbound',
    id: isSent ? messageIdParts(ids, id, type) : contentId(item, session),
  };
}

/** A reaction is a message, which `messages.upsert` announces as well: its own key is beside it. */
function reaction(item: WasenderItem, session: string): Told {
  const own = memberOf(memberOf(item.leaf.value, 'reaction'), 'key');
  const { wamid: _, ...chat } = keyed(item, session);
  const wamid = isSameKey(own, memberOf(item.leaf.value, 'key')) ? undefined : textOf(own, 'id');
  const contact = addressOf(own) === undefined ? chat.contact : namesOfKey(own);
  const told = { ...chat, ...writtenBy(own), contact, type: 'reaction' };
  return wamid === undefined
    ? { ...told, id: contentId(item, session) }
    : { ...told, wamid, id: idOf(session, own, wamid, told.type) };
}

/** Some releases have the key of the message reacted to in both places: then it is not the reaction's. */
function isSameKey(one: unknown, other: unknown): boolean {
  return ['id', 'fromMe'].every((member) => textOf(one, member) === textOf(other, member));
}

/**
 * What came later of a message: its content, which a placeholder announced, or a change. An edit and
 * a deletion have the id of the message that they change, which is deleted once and edited often.
 */
function laterContent(item: WasenderItem, session: string): Told | undefined {
  const key = memberOf(item.leaf.value, 'key');
  const update = memberOf(item.leaf.value, 'update');
  const id = textOf(key, 'id');
  if (item.name !== UPDATE_EVENT || id === undefined) return undefined;
  if (isRevocation(update)) return revocation(item, session, id);
  const told = { ...keyed(item, session), ...writtenBy(key) };
  const type = messageType(messageOfItem(item.leaf.value));
  // What became of our own message counts for more than its words, which its echo tells.
  const isStatus = told.kind === 'echo' && textOf(update, 'status') !== undefined;
  if (isPlaceholder(type) || isStatus) return undefined;
  if (type === 'revoke') return revocation(item, session, id);
  const isChange = type === 'edit' || type === 'protocol';
  return { ...told, type, id: isChange ? contentId(item, session) : idOf(session, key, id, type) };
}

/** Baileys' `REVOKE`: the content is gone. */
function isRevocation(update: unknown): boolean {
  const stub = textOf(update, 'messageStubType');
  return (stub === '1' || stub === 'REVOKE') && !isRecord(memberOf(update, 'message'));
}

function call(item: WasenderItem, session: string): Told {
  const leaf = item.leaf.value;
  const id = textOf(leaf, 'id');
  const from = namesOfJid(textOf(leaf, 'from') ?? textOf(leaf, 'chatId'));
  const name = from.chatId ?? from.lid ?? from.phone;
  const event = textOf(leaf, 'status') ?? 'received';
  return {
    kind: 'call',
    type: event,
    direction: 'inbound',
    group: name === undefined ? accountGroup(session, 'call') : contactGroup(session, name),
    id: id === undefined ? contentId(item, session) : [session, id, event],
    ...(id !== undefined && { wamid: id }),
    contact: namesOfCall(leaf),
  };
}

function statusEvent(
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

/** What the business did with a message of the contact, such as to read it; told by what it did. */
function ownAct(
  item: WasenderItem,
  session: string,
  wamid: string,
  { name, participant }: StatusUpdate,
): Told {
  const act = [session, item.name, wamid, name];
  return {
    ...otherEvent(item, session),
    id: participant === undefined ? act : [...act, participant],
  };
}

/** A status with the webhook's own word for the time, where that could not be taken as it was told. */
function withTime(status: StatusUpdate, { leaf, timestamp }: WasenderItem): StatusUpdate {
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

function otherEvent(item: WasenderItem, session: string): Told {
  return {
    ...keyed(item, session),
    kind: 'account',
    type: textOf(item, 'name') ?? 'unknown',
    direction: 'inbound',
    id: contentId(item, session),
  };
}

/** What the `key` of a message tells: its wamid, its chat, and who is in it. */
function keyed({ leaf, name }: WasenderItem, session: string) {
  const key = memberOf(leaf.value, 'key') ?? leaf.value;
  const address = addressOf(key);
  const wamid = address === undefined ? undefined : textOf(key, 'id');
  return {
    group: address === undefined ? accountGroup(session, name) : contactGroup(session, address),
    ...(wamid !== undefined && { wamid }),
    contact: namesOfKey(key),
  };
}

function contentId(item: WasenderItem, session: string): readonly string[] {
  const time = textOf(item, 'timestamp') ?? '';
  return [session, item.name, digest([item.content]), time];
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

const UPDATE_EVENT = 'messages.update';

/** Tells what the members of a group chat did with a message. */
export const RECEIPT_EVENT = 'message-receipt.update';

/** Which of the two events says that status of a message, by the item that it says it of. */
export function statusEventName(leaf: unknown, { name, participant }: StatusUpdate): string {
  const told = statusOf(RECEIPT_EVENT, leaf);
  return told?.name === name && told.participant === participant ? RECEIPT_EVENT : UPDATE_EVENT;
}

function statusOf(event: string, leaf: unknown): StatusUpdate | undefined {
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
