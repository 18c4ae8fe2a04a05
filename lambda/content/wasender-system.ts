import { namesOfEntry, namesOfJid } from '../providers/wasender/jid.ts';
import { isNote, stubWord } from '../providers/wasender/notes.ts';
import { protocolType } from '../providers/wasender/opened.ts';
import { textOf } from '../shared/json/fields.ts';
import { isRecord, memberOf } from '../shared/json/json-source.ts';
import { listOf, parsed, textOrNull, wordsOrNull } from './read.ts';
import type { ContentOf } from './schema.ts';
import { untold } from './untold.ts';

type System = ContentOf<'system'>;

function system(type: string, members: Partial<System> = {}): System {
  return { kind: 'system', type, text: null, from: null, to: null, of: null, ...members };
}

/** What WhatsApp says to its own apps: a deletion, a setting, and much that nobody sees. */
function protocolContent(content: unknown): System | ContentOf<'deleted'> {
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

/** What happened to the chat rather than being said in it; undefined for all else. */
export function chatContent(
  member: string,
  content: unknown,
): System | ContentOf<'deleted'> | undefined {
  const of = textOrNull(content, 'key', 'id');
  switch (member) {
    case 'protocolMessage':
      return isRecord(content) ? protocolContent(content) : undefined;
    case 'pinInChatMessage':
      return system(wordOf(PINS, textOf(content, 'type')) ?? 'pinInChat', { of });
    case 'keepInChatMessage':
      return system(wordOf(KEEPS, textOf(content, 'keepType')) ?? 'keepInChat', { of });
    default:
      return isNote(member) ? system(member.replace(/Message$/, ''), { of }) : undefined;
  }
}

const PLACEHOLDERS = new Set(['UNKNOWN', 'CIPHERTEXT', 'FUTUREPROOF']);

/** A message without content: one that is not decrypted yet, or what happened to the chat. */
export function stubContent(
  item: unknown,
  of: string | null,
): System | ContentOf<'placeholder' | 'deleted'> | undefined {
  const stub = textOf(item, 'messageStubType');
  if (stub === undefined) return undefined;
  const type = stubWord(stub);
  const [first, second] = listOf(item, 'messageStubParameters');
  if (PLACEHOLDERS.has(type)) return untold('placeholder', type, first);
  if (type === 'REVOKE') return { kind: 'deleted', of };
  const isChange = type.endsWith('CHANGE_NUMBER');
  const isOfPeople = isChange || type.includes('PARTICIPANT');
  const told = [first, second].map(isOfPeople ? personTold : wordsTold);
  return system(type, {
    from: isChange ? (told[0] ?? null) : null,
    to: (isChange ? told[1] : told[0]) ?? null,
  });
}

function wordsTold(words: unknown): string | null {
  return wordsOrNull({ words }, 'words');
}

/** Somebody by an address, or by JSON that has several. */
function personTold(told: unknown): string | null {
  const words = wordsTold(told);
  const { phone, lid, chatId } = words?.startsWith('{')
    ? namesOfEntry(parsed(words))
    : namesOfJid(words ?? undefined);
  return phone ?? lid ?? chatId ?? null;
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
