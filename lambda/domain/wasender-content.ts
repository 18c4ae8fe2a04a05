import { openMessage, protocolType } from './wasender-opened.ts';

const TEXT_MEMBERS = new Set(['conversation', 'extendedTextMessage']);

/**
 * The type of a message in Meta's words, from the member that holds its content: `imageMessage` is
 * `image`, wrapped or not. `placeholder` where there is none: it may come later.
 */
export function messageType(message: unknown): string {
  const opened = openMessage(message);
  if (opened === undefined) return 'placeholder';
  const { member, content, isEdit } = opened;
  if (isEdit) return 'edit';
  if (TEXT_MEMBERS.has(member)) return 'text';
  if (member === 'protocolMessage' && protocolType(content) === 'REVOKE') return 'revoke';
  return member.replace(/Message$/, '').slice(0, 64);
}
