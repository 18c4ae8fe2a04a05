import { itemType } from '../providers/wasender/content.ts';
import { fileIn } from '../providers/wasender/files.ts';
import {
  bodyOfItem,
  messageOfItem,
  type OpenedMessage,
  openMessage,
} from '../providers/wasender/opened.ts';
import { textOf } from '../shared/json/fields.ts';
import { isRecord, memberOf } from '../shared/json/json-source.ts';
import { flagOf, listOf, textOrNull, wordsOrNull } from './read.ts';
import type { Content, ContentOf, PlainContent } from './schema.ts';
import { untold } from './untold.ts';
import { vcardContact } from './vcard.ts';
import {
  encryptedVote,
  nativeFlowContent,
  pollResults,
  pollVotes,
  wasenderChoice,
} from './wasender-choices.ts';
import { wasenderFileContent } from './wasender-files.ts';
import { offerContent, pollContent } from './wasender-offers.ts';
import { chatContent, placeholderContent, stubContent } from './wasender-system.ts';
import {
  orderContent,
  paymentContent,
  placeContent,
  productContent,
  writtenContent,
} from './wasender-trade.ts';

/** What a message of WasenderApi's says, by the webhook's one item. */
export function wasenderMessageContent(item: unknown): Content {
  const opened = openMessage(messageOfItem(item));
  if (opened === undefined) return emptyContent(item);
  const content = plainContent(opened, bodyOfItem(item));
  if (!opened.isEdit) return content;
  // An update of the message itself says in its key which one it is.
  const isUpdate = memberOf(item, 'update') !== undefined;
  const of = opened.edited ?? (isUpdate ? textOf(item, 'key', 'id') : undefined);
  return { kind: 'edited', of: of ?? null, content };
}

/** A message without content: it may stand for one, or have its words elsewhere. */
function emptyContent(item: unknown): PlainContent {
  const of = textOrNull(item, 'key', 'id');
  if (itemType(item) === 'text') return bodyContent(item) ?? untold('placeholder', null);
  const stub = stubContent(item, of) ?? stubContent(memberOf(item, 'update'), of);
  if (stub !== undefined) return stub;
  const isDeleted = flagOf(item, 'isDeleted') || flagOf(item, 'update', 'isDeleted');
  if (isDeleted) return { kind: 'deleted', of };
  const isEmpty = messageOfItem(item) === undefined || isRecord(messageOfItem(item));
  return untold(isEmpty ? 'placeholder' : 'unknown', null);
}

/** The words of a message that is told beside it alone. */
function bodyContent(item: unknown): ContentOf<'text'> | undefined {
  return writtenContent(bodyOfItem(item));
}

/** Members that are known, and have no form of their own. */
const UNSUPPORTED = new Set([
  'eventMessage',
  'eventInviteMessage',
  'groupInviteMessage',
  'highlyStructuredMessage',
  'invoiceMessage',
  'newsletterAdminInviteMessage',
  'newsletterFollowerInviteMessage',
  'newsletterFollowerInviteMessageV2',
  'pollResultSnapshotMessage',
  'richResponseMessage',
  'statusNotificationMessage',
  'stickerPackMessage',
  'videoCallMessage',
]);

/** Members of an edit within which nothing is told that a message says now. */
const EDITS = new Set(['editedMessage', 'protocolMessage']);

function plainContent(opened: OpenedMessage, words: string | undefined): PlainContent {
  const { member, isEdit } = opened;
  if (isEdit && EDITS.has(member)) {
    return writtenContent(words) ?? untold('placeholder', 'MESSAGE_EDIT');
  }
  const content = knownContent(opened, words);
  if (content !== undefined) return content;
  const type = member.replace(/Message$/, '').slice(0, 64);
  return untold(UNSUPPORTED.has(member) ? 'unsupported' : 'unknown', type);
}

function knownContent(opened: OpenedMessage, words: string | undefined): PlainContent | undefined {
  const { member, content, isViewOnce } = opened;
  const file = fileIn(opened);
  const offer = offerContent(member, content);
  if (file !== undefined) {
    return wasenderFileContent(file, { isViewOnce, words: offer?.text || null });
  }
  return (
    offer ??
    pollContent(member, content) ??
    wasenderChoice(member, content) ??
    paymentContent(member, content) ??
    chatContent(member, content) ??
    placeholderContent(member, content) ??
    contentOfMember(member, content, words)
  );
}

function contentOfMember(
  member: string,
  content: unknown,
  words: string | undefined,
): PlainContent | undefined {
  switch (member) {
    case 'conversation':
    case 'extendedTextMessage':
      return writtenContent(content) ?? writtenContent(words);
    case 'interactiveResponseMessage':
      return nativeFlowContent(content);
    case 'pollUpdateMessage':
      return isRecord(content) ? encryptedVote() : undefined;
    case 'contactMessage':
      return contactsContent([content]);
    case 'contactsArrayMessage':
      return contactsContent(listOf(content, 'contacts'));
    case 'locationMessage':
      return placeContent(content, false);
    case 'liveLocationMessage':
      return placeContent(content, true);
    case 'reactionMessage':
      return reactionOf(content, memberOf(content, 'key'));
    case 'orderMessage':
      return orderContent(content);
    case 'productMessage':
      return productContent(content);
    default:
      return undefined;
  }
}

function contactsContent(cards: readonly unknown[]): ContentOf<'contacts'> | undefined {
  const known = cards.filter(isRecord);
  if (known.length === 0) return undefined;
  const contacts = known.map((card) => {
    const { name, ...others } = vcardContact(memberOf(card, 'vcard'));
    return { name: wordsOrNull(card, 'displayName') ?? name, ...others };
  });
  return { kind: 'contacts', contacts, requested: false };
}

function reactionOf(reaction: unknown, key: unknown): ContentOf<'reaction'> | undefined {
  const to = textOf(key, 'id');
  if (to === undefined) return undefined;
  return { kind: 'reaction', emoji: wordsOrNull(reaction, 'text'), to };
}

/**
 * What an event of WasenderApi's says that is no message of its own; undefined where it is not about
 * what was said.
 */
export function wasenderEventContent(event: unknown, item: unknown): Content | undefined {
  switch (event) {
    case 'messages.reaction':
      // The key beside the reaction is that of the message which it is about.
      return (
        reactionOf(memberOf(item, 'reaction'), memberOf(item, 'key')) ?? untold('unknown', event)
      );
    case 'messages.delete':
      return { kind: 'deleted', of: textOrNull(item, 'key', 'id') ?? textOrNull(item, 'id') };
    case 'poll.results':
      return pollResults(memberOf(item, 'pollResult')) ?? untold('unknown', event);
    case 'messages.update':
      return updateContent(item);
    default:
      return undefined;
  }
}

const MESSAGE_EVENT = /^messages?[.-]/;

/** What happened to a chat, by an event that else announces a message; undefined for all else. */
export function wasenderNoteContent(event: unknown, item: unknown): Content | undefined {
  const isNote =
    typeof event === 'string' && MESSAGE_EVENT.test(event) && itemType(item) === 'system';
  return isNote ? wasenderMessageContent(item) : undefined;
}

/** Of an update what it says anew; undefined where it tells no more than a status. */
function updateContent(item: unknown): Content | undefined {
  const update = memberOf(item, 'update');
  if (isRecord(memberOf(update, 'message'))) return wasenderMessageContent(item);
  const votes = memberOf(update, 'pollUpdates');
  if (votes !== undefined) return pollVotes(votes) ?? pollResults(votes) ?? encryptedVote();
  const isStub = textOf(update, 'messageStubType') !== undefined;
  const isTold = isStub || flagOf(update, 'isDeleted') || bodyOfItem(item) !== undefined;
  return isTold ? emptyContent(item) : undefined;
}
