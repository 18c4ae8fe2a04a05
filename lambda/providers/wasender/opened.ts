import { millisOf, textOf } from '../../shared/json/fields.ts';
import { isRecord, memberOf } from '../../shared/json/json-source.ts';

/** What a message of WasenderApi holds, once all that WhatsApp puts around it is taken off. */
export interface OpenedMessage {
  /** Name of the member that holds the content: `imageMessage`, `conversation`, … */
  readonly member: string;
  readonly content: unknown;
  /** Whether it replaces what another message said. */
  readonly isEdit: boolean;
  /** Of an edit the id of that message, and when it was edited, in ms since 1970; where they are told. */
  readonly edited: string | undefined;
  readonly editedAt: number | undefined;
  readonly isViewOnce: boolean;
}

/** Deeper than WhatsApp nests: an edit of a disappearing message that is viewed once, sent by another device. */
const MAX_CONTAINERS = 12;

/** Members that accompany a message's content and are none themselves. */
const CONTEXT_MEMBERS = new Set([
  'deviceSentMeta',
  'fastRatchetKeySenderKeyDistributionMessage',
  'messageContextInfo',
  'senderKeyDistributionMessage',
]);

const VIEW_ONCE = /^viewOnceMessage/;

/**
 * Opens the containers of a message, in whichever order they nest.
 *
 * All of WhatsApp's hold a `message`, those that it will invent as well; an edit has a member of its own.
 * Undefined where there is no content.
 */
export function openMessage(message: unknown): OpenedMessage | undefined {
  let inner = message;
  let isEdit = false;
  let isViewOnce = false;
  let edited: string | undefined;
  let editedAt: number | undefined;
  let opened: OpenedMessage | undefined;
  for (let depth = 0; depth < MAX_CONTAINERS; depth += 1) {
    const held = contentOf(inner);
    if (held === undefined) break;
    const [member, content] = held;
    isViewOnce ||= VIEW_ONCE.test(member) || memberOf(content, 'viewOnce') === true;
    isEdit ||= member === 'editedMessage' || isProtocol(held, 'MESSAGE_EDIT');
    if (isEdit) {
      edited ??= textOf(content, 'key', 'id');
      editedAt ??= millisOf(content, 'timestampMs');
    }
    opened = { member, content, isEdit, edited, editedAt, isViewOnce };
    inner = memberOf(content, innerMember(held));
  }
  return opened === undefined || saysNothing(opened) ? undefined : opened;
}

const CONTAINER = /^(ephemeral|viewOnce|documentWithCaption|deviceSent|groupMentioned)/;

/** A container in which nothing is, and a text that was not told: the content may come later. */
function saysNothing({ member, content, isEdit }: OpenedMessage): boolean {
  if (CONTAINER.test(member)) return true;
  if (isEdit) return false;
  if (member === 'conversation') return content === '' || content === null;
  return member === 'extendedTextMessage' && isRecord(content) && !isSomething(content['text']);
}

/** The message of an item: of `messages.update` it stands in the `update`. */
export function messageOfItem(item: unknown): unknown {
  return memberOf(item, 'message') ?? memberOf(memberOf(item, 'update'), 'message');
}

/** The text that some releases tell beside a message, or beside what became of it. */
export function bodyOfItem(item: unknown): string | undefined {
  const body = memberOf(item, 'messageBody') ?? memberOf(memberOf(item, 'update'), 'messageBody');
  return typeof body === 'string' && body !== '' ? body : undefined;
}

type Held = readonly [member: string, content: unknown];

/**
 * The first member that says something, of those that are known; else of all, since WhatsApp puts new
 * ones beside a content as well as in its place. Where all are empty, the first.
 */
function contentOf(message: unknown): Held | undefined {
  if (!isRecord(message)) return undefined;
  const held = Object.entries(message).filter(([member]) => !CONTEXT_MEMBERS.has(member));
  const telling = held.filter(([, content]) => isSomething(content));
  return telling.find(isKnown) ?? telling[0] ?? held[0];
}

/** What says something for people, or holds what does, by the name of its first version. */
const KNOWN_MEMBERS = new Set([
  'conversation',
  ...['extendedTextMessage', 'imageMessage', 'videoMessage', 'ptvMessage', 'audioMessage'],
  ...['documentMessage', 'stickerMessage', 'contactMessage', 'contactsArrayMessage'],
  ...['locationMessage', 'liveLocationMessage', 'reactionMessage', 'orderMessage'],
  ...['productMessage', 'protocolMessage', 'buttonsMessage', 'buttonsResponseMessage'],
  ...['listMessage', 'listResponseMessage', 'templateMessage', 'templateButtonReplyMessage'],
  ...['interactiveMessage', 'interactiveResponseMessage', 'pollCreationMessage'],
  ...['pollUpdateMessage', 'requestPaymentMessage', 'sendPaymentMessage'],
  ...['declinePaymentRequestMessage', 'cancelPaymentRequestMessage', 'paymentInviteMessage'],
  ...['editedMessage', 'ephemeralMessage', 'viewOnceMessage', 'documentWithCaptionMessage'],
  ...['deviceSentMessage', 'groupMentionedMessage', 'associatedChildMessage'],
  ...['botInvokeMessage', 'groupStatusMessage', 'lottieStickerMessage'],
]);

function isKnown([member]: Held): boolean {
  return KNOWN_MEMBERS.has(member.replace(/Message(?:V\d)?(?:Extension)?$/, 'Message'));
}

function isSomething(content: unknown): boolean {
  return content !== undefined && content !== null && content !== '';
}

function innerMember(held: Held): 'message' | 'editedMessage' {
  return held[0] === 'protocolMessage' ? 'editedMessage' : 'message';
}

/** What a `protocolMessage` is for; in JSON the word or its number. */
const PROTOCOL_TYPES: Readonly<Record<string, string>> = {
  0: 'REVOKE',
  3: 'EPHEMERAL_SETTING',
  4: 'EPHEMERAL_SYNC_RESPONSE',
  5: 'HISTORY_SYNC_NOTIFICATION',
  6: 'APP_STATE_SYNC_KEY_SHARE',
  7: 'APP_STATE_SYNC_KEY_REQUEST',
  8: 'MSG_FANOUT_BACKFILL_REQUEST',
  9: 'INITIAL_SECURITY_NOTIFICATION_SETTING_SYNC',
  10: 'APP_STATE_FATAL_EXCEPTION_NOTIFICATION',
  11: 'SHARE_PHONE_NUMBER',
  14: 'MESSAGE_EDIT',
  16: 'PEER_DATA_OPERATION_REQUEST_MESSAGE',
  17: 'PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE',
  18: 'REQUEST_WELCOME_MESSAGE',
  19: 'BOT_FEEDBACK_MESSAGE',
  20: 'MEDIA_NOTIFY_MESSAGE',
  21: 'CLOUD_API_THREAD_CONTROL_NOTIFICATION',
  22: 'LID_MIGRATION_MAPPING_SYNC',
  23: 'REMINDER_MESSAGE',
};

/** The word for what a `protocolMessage` is for. The number 0 is what its encoding leaves out. */
export function protocolType(content: unknown): string {
  const type = textOf(content, 'type');
  if (type !== undefined) {
    return Object.hasOwn(PROTOCOL_TYPES, type) ? String(PROTOCOL_TYPES[type]) : type.toUpperCase();
  }
  if (memberOf(content, 'editedMessage') !== undefined) return 'MESSAGE_EDIT';
  return textOf(content, 'key', 'id') === undefined ? 'UNKNOWN' : 'REVOKE';
}

function isProtocol([member, content]: Held, type: string): boolean {
  return member === 'protocolMessage' && protocolType(content) === type;
}
