import type { ContactNames, IdentityLink } from './event.ts';

/** What a contact's events are ordered by: the most lasting of its names. */
export function nameOf(contact: ContactNames): string | undefined {
  return contact.chatId ?? contact.userId ?? contact.lid ?? contact.phone;
}

/** A link, where both names are known and differ. */
export function linkOf(
  relation: IdentityLink['relation'],
  from: string | undefined,
  to: string | undefined,
): IdentityLink[] {
  return from === undefined || to === undefined || from === to ? [] : [{ relation, from, to }];
}

/** Each link once, in order. */
export function distinctLinks(links: readonly IdentityLink[]): readonly IdentityLink[] {
  return [...new Map(links.map((link) => [JSON.stringify(link), link])).values()];
}
