import type { ContactNames } from '../../events/event.ts';
import { textOf } from '../../shared/json/fields.ts';

/** How releases write that a message is the business's own. */
const OURS = new Set(['true', '1']);

/** Whether a message is the business's own. Where its key does not say so, it is not taken for it. */
export function isOurs(key: unknown): boolean {
  return OURS.has(textOf(key, 'fromMe') ?? '');
}

/**
 * A WhatsApp address as the name that it stands for.
 *
 * `5215…@s.whatsapp.net`, `…@c.us`, `…@hosted`, `5215…:12@s.whatsapp.net` and `+5215…` are one phone; a
 * LID is no phone and keeps its suffix; everything else (`@g.us`, `@newsletter`, `status@broadcast`) is a chat.
 */
export function namesOfJid(jid: string | undefined): ContactNames {
  if (jid === undefined) return {};
  const [, user, server] = /^\+?([^@:]+)(?::\d+)?(@.+)?$/.exec(jid) ?? [];
  if (user === undefined) return { chatId: jid };
  if (server === '@lid' || server === '@hosted.lid') return { lid: `${user}@lid` };
  const isPhone = server === undefined || PHONE_SERVERS.has(server);
  return isPhone ? { phone: user } : { chatId: `${user}${server}` };
}

const PHONE_SERVERS = new Set(['@s.whatsapp.net', '@c.us', '@hosted']);

/** The person or chat at the other end of a message, by the message's `key`. */
export function namesOfKey(key: unknown): ContactNames {
  const remote = remoteOf(key);
  const isChat = remote.chatId !== undefined;
  // In a message of the business the "sender" and the "participant" are the business itself.
  if (isOurs(key)) {
    return isChat ? remote : { ...personNames(key, 'recipient', 'remoteJid'), ...remote };
  }
  const acting = isChat ? ['sender', 'participant'] : ['participant', 'sender'];
  return { ...personNames(key, 'remoteJid', ...acting), ...remote };
}

/** Who calls, and the chat that the call is in. */
export function namesOfCall(call: unknown): ContactNames {
  const from = namesOfJid(textOf(call, 'from') ?? textOf(call, 'chatId'));
  return { ...personNames(call, 'from', 'caller'), ...from };
}

/** Whom an entry of an address book names, by its phone and its LID. */
export function namesOfEntry(entry: unknown): ContactNames {
  const phone = textOf(entry, 'phoneNumber') ?? textOf(entry, 'pn');
  return {
    ...personNames(entry, 'id', 'jid'),
    ...personOf(phone),
    ...personOf(withLidServer(textOf(entry, 'lid'))),
  };
}

/**
 * The phone and the LID that members tell under a name and its endings `Alt`, `Lid` and `Pn`: a phone
 * and the LID beside it come in many forms. What is told under a later name counts.
 */
export function personNames(holder: unknown, ...members: readonly string[]): ContactNames {
  return Object.fromEntries(
    members.flatMap((member) => Object.entries(namesUnder(holder, member))),
  );
}

/** The vendor's advice: the cleaned field first. A LID is never taken for a phone. */
function namesUnder(holder: unknown, member: string): ContactNames {
  const cleaned = `cleaned${member.charAt(0).toUpperCase()}${member.slice(1)}`;
  return {
    ...personOf(textOf(holder, member)),
    ...personOf(textOf(holder, `${member}Alt`)),
    ...personOf(withLidServer(textOf(holder, `${member}Lid`))),
    ...personOf(textOf(holder, `${cleaned}Pn`) ?? textOf(holder, `${member}Pn`)),
  };
}

function personOf(jid: string | undefined): ContactNames {
  const { chatId: _, ...person } = namesOfJid(jid);
  return person;
}

function withLidServer(lid: string | undefined): string | undefined {
  return lid === undefined || lid.includes('@') ? lid : `${lid}@lid`;
}

/** What a contact's events are grouped by: the address of the chat, by which the session knows it. */
export function addressOf(key: unknown): string | undefined {
  const { phone, lid, chatId } = remoteOf(key);
  return chatId ?? lid ?? phone;
}

/**
 * Whom or what the address of a message stands for.
 *
 * What somebody sends to a list of theirs, each on it gets in the chat with the sender; what the
 * business sends to a list, whoever its key names as recipient.
 */
function remoteOf(key: unknown): ContactNames {
  const remote = namesOfJid(textOf(key, 'remoteJid') ?? textOf(key, 'remoteId'));
  if (!isList(remote.chatId)) return remote;
  const [member, ...others] = isOurs(key) ? ['recipient'] : ['participant', 'sender'];
  const told = personOf(textOf(key, member ?? ''));
  if (!isNobody(told)) return told;
  const names = personNames(key, ...others, member ?? '');
  return isNobody(names) ? remote : names;
}

function isList(chatId: string | undefined): boolean {
  return chatId !== undefined && chatId !== 'status@broadcast' && chatId.endsWith('@broadcast');
}

function isNobody({ phone, lid }: ContactNames): boolean {
  return (phone ?? lid) === undefined;
}
