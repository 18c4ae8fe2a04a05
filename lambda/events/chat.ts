import { type ContactNames, isContactGroup } from './event.ts';

/** In what kind of chat something was said. */
export const CHATS = ['private', 'group', 'channel', 'status'] as const;

/**
 * - `private`: with one person, also what they sent to a list of theirs
 * - `group`: in a group chat
 * - `channel`: a post of a channel that the session follows
 * - `status`: what somebody shows to all their contacts for a day
 */
export type Chat = (typeof CHATS)[number];

/** The chat that an event is of, by the names that it carries; undefined where it names nobody. */
export function chatOf({ chatId, phone, userId, lid }: ContactNames): Chat | undefined {
  if (chatId === undefined) return (phone ?? userId ?? lid) === undefined ? undefined : 'private';
  if (chatId === 'status@broadcast') return 'status';
  if (chatId.endsWith('@newsletter')) return 'channel';
  // Meta's groups have an id alone; other servers are those of single accounts and of their lists.
  return chatId.endsWith('@g.us') || !chatId.includes('@') ? 'group' : 'private';
}

/**
 * The chat, where it has this one address: a group, or a channel that the session follows.
 *
 * Somebody's private chat has several, so that it is no part of what makes a message the same.
 */
export function soleAddress({ chatId }: ContactNames): string | undefined {
  return chatId !== undefined && /@(?:g\.us|newsletter)$/.test(chatId) ? chatId : undefined;
}

/** The chat as rows and deliveries keep it: what they do not say is private, or of no chat. */
export function keptChat(contact: ContactNames): Chat | undefined {
  const chat = chatOf(contact);
  return chat === 'private' ? undefined : chat;
}

interface ToldChat {
  readonly kind: string;
  readonly chat?: Chat | undefined;
  /** Whom it is ordered with. */
  readonly group?: string;
}

/** The chat of an event as it was kept; undefined where it is of none, as what is told of an account. */
export function toldChat({ kind, chat, group = '' }: ToldChat): Chat | undefined {
  return chat ?? (kind === 'account' && !isContactGroup(group) ? undefined : 'private');
}
