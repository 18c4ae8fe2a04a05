import { textOf } from '../../shared/json/fields.ts';
import { memberOf } from '../../shared/json/json-source.ts';
import { isNote, isNoteStub } from './notes.ts';
import { bodyOfItem, messageOfItem, openMessage, protocolType } from './opened.ts';

const TEXT_MEMBERS = new Set(['conversation', 'extendedTextMessage']);

/**
 * The type of a message in Meta's words, from the member that holds its content: `imageMessage` is
 * `image`, wrapped or not. `system` for what happened to the chat rather than being said in it,
 * `placeholder` where there is nothing: it may come later.
 */
export function messageType(message: unknown): string {
  const opened = openMessage(message);
  if (opened === undefined) return 'placeholder';
  const { member, content, isEdit } = opened;
  if (isEdit) return 'edit';
  if (TEXT_MEMBERS.has(member)) return 'text';
  if (member === 'protocolMessage' && protocolType(content) === 'REVOKE') return 'revoke';
  return isNote(member) ? 'system' : member.replace(/Message$/, '').slice(0, 64);
}

/** The type of an item's message, which may be told beside it: some releases tell a text there alone. */
export function itemType(item: unknown): string {
  const type = messageType(messageOfItem(item));
  if (type !== 'placeholder') return type;
  const stub =
    textOf(item, 'messageStubType') ?? textOf(memberOf(item, 'update'), 'messageStubType');
  if (stub !== undefined && isNoteStub(stub)) return 'system';
  // Beside a stub the text is WhatsApp's own, such as that one has to wait.
  return bodyOfItem(item) !== undefined && (stub ?? '0') === '0' ? 'text' : type;
}
