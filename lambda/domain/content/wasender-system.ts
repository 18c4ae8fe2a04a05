import { textOf } from '../fields.ts';
import { memberOf } from '../json-source.ts';
import { protocolType } from '../wasender-opened.ts';
import { listOf, textOrNull, wordsOrNull } from './read.ts';
import type { ContentOf } from './schema.ts';
import { untold } from './untold.ts';

type System = ContentOf<'system'>;

function system(type: string, members: Partial<System> = {}): System {
  return { kind: 'system', type, text: null, from: null, to: null, of: null, ...members };
}

/** What WhatsApp says to its own apps: a deletion, a setting, and much that nobody sees. */
export function protocolContent(content: unknown): System | ContentOf<'deleted'> {
  const type = protocolType(content);
  const of = textOrNull(content, 'key', 'id');
  if (type === 'REVOKE') return { kind: 'deleted', of };
  if (type === 'EPHEMERAL_SETTING') {
    return system(type, { to: textOrNull(content, 'ephemeralExpiration') ?? '0' });
  }
  return system(type, { of });
}

/** In JSON a word or its number. */
const PINS: Readonly<Record<string, string>> = { 1: 'PIN_FOR_ALL', 2: 'UNPIN_FOR_ALL' };
const KEEPS: Readonly<Record<string, string>> = { 1: 'KEEP_FOR_ALL', 2: 'UNDO_KEEP_FOR_ALL' };

function wordOf(words: Readonly<Record<string, string>>, type: string | undefined): string | null {
  if (type === undefined) return null;
  return Object.hasOwn(words, type) ? (words[type] ?? null) : type;
}

const NOTES = new Set([
  'bcallMessage',
  'call',
  'callLogMesssage',
  'callLogMessage',
  'chat',
  'messageHistoryBundle',
  'messageHistoryNotice',
  'requestPhoneNumberMessage',
  'scheduledCallCreationMessage',
  'scheduledCallEditMessage',
  'stickerSyncRmrMessage',
]);

/** What happened to the chat rather than being said in it; undefined for all else. */
export function chatContent(member: string, content: unknown): System | undefined {
  const of = textOrNull(content, 'key', 'id');
  switch (member) {
    case 'pinInChatMessage':
      return system(wordOf(PINS, textOf(content, 'type')) ?? 'pinInChat', { of });
    case 'keepInChatMessage':
      return system(wordOf(KEEPS, textOf(content, 'keepType')) ?? 'keepInChat', { of });
    default:
      return NOTES.has(member) ? system(member.replace(/Message$/, ''), { of }) : undefined;
  }
}

/** What a message without content stands for, as far as it has a use here. */
const STUBS: Readonly<Record<string, string>> = {
  0: 'UNKNOWN',
  1: 'REVOKE',
  2: 'CIPHERTEXT',
  3: 'FUTUREPROOF',
  20: 'GROUP_CREATE',
  21: 'GROUP_CHANGE_SUBJECT',
  22: 'GROUP_CHANGE_ICON',
  23: 'GROUP_CHANGE_INVITE_LINK',
  24: 'GROUP_CHANGE_DESCRIPTION',
  25: 'GROUP_CHANGE_RESTRICT',
  26: 'GROUP_CHANGE_ANNOUNCE',
  27: 'GROUP_PARTICIPANT_ADD',
  28: 'GROUP_PARTICIPANT_REMOVE',
  29: 'GROUP_PARTICIPANT_PROMOTE',
  30: 'GROUP_PARTICIPANT_DEMOTE',
  31: 'GROUP_PARTICIPANT_INVITE',
  32: 'GROUP_PARTICIPANT_LEAVE',
  33: 'GROUP_PARTICIPANT_CHANGE_NUMBER',
  40: 'CALL_MISSED_VOICE',
  41: 'CALL_MISSED_VIDEO',
  42: 'INDIVIDUAL_CHANGE_NUMBER',
  43: 'GROUP_DELETE',
  72: 'CHANGE_EPHEMERAL_SETTING',
};

const PLACEHOLDERS = new Set(['UNKNOWN', 'CIPHERTEXT', 'FUTUREPROOF']);

/** A message without content: one that is not decrypted yet, or what happened to the chat. */
export function stubContent(
  item: unknown,
  of: string | null,
): System | ContentOf<'placeholder' | 'deleted'> | undefined {
  const type = wordOf(STUBS, textOf(item, 'messageStubType'));
  if (type === null) return undefined;
  const [first, second] = listOf(item, 'messageStubParameters');
  if (PLACEHOLDERS.has(type)) return untold('placeholder', type, first);
  if (type === 'REVOKE') return { kind: 'deleted', of };
  const isChange = type.endsWith('CHANGE_NUMBER');
  const told = [first, second].map((words) => wordsOrNull({ words }, 'words'));
  return system(/^\d+$/.test(type) ? `stub-${type}` : type, {
    from: isChange ? (told[0] ?? null) : null,
    to: (isChange ? told[1] : told[0]) ?? null,
  });
}

/** Votes, reactions and answers of which WasenderApi has no more than their ciphertext. */
const ENCRYPTED = /^(?:enc[A-Z]|secretEncrypted)/;

const ANNOUNCED = new Set(['albumMessage', 'placeholderMessage']);

/** What stands for something that is told elsewhere, or not at all; undefined for all else. */
export function placeholderContent(
  member: string,
  content: unknown,
): ContentOf<'placeholder'> | undefined {
  if (!ENCRYPTED.test(member) && !ANNOUNCED.has(member)) return undefined;
  const type = textOf(memberOf({ content }, 'content'), 'type');
  return untold('placeholder', type ?? member.replace(/Message$/, ''));
}
