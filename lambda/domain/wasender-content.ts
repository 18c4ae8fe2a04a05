import { type OpenedMessage, openMessage, protocolType } from './wasender-opened.ts';

const TEXT_MEMBERS = new Set(['conversation', 'extendedTextMessage']);

/**
 * The type of a message in Meta's words, from the member that holds its content: `imageMessage` is
 * `image`, wrapped or not. `placeholder` where there is none: it may come later.
 */
export function messageType(message: unknown): string {
  const opened = openMessage(message);
  return opened === undefined ? 'placeholder' : typeOfOpened(opened);
}

/** The same of a message that is opened. */
export function typeOfOpened({ member, content, isEdit }: OpenedMessage): string {
  if (isEdit) return 'edit';
  if (TEXT_MEMBERS.has(member)) return 'text';
  if (member === 'protocolMessage' && protocolType(content) === 'REVOKE') return 'revoke';
  return member.replace(/Message$/, '').slice(0, 64);
}
