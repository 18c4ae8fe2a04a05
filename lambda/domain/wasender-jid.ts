import type { ContactNames } from './event.ts';
import { textOf } from './fields.ts';

/**
 * A WhatsApp address as the name that it stands for.
 *
 * `5215…@s.whatsapp.net`, `…@c.us`, `5215…:12@s.whatsapp.net` and `+5215…` are one phone; a LID is no
 * phone and keeps its suffix; everything else (`@g.us`, `@newsletter`, `status@broadcast`) is a chat.
 */
export function namesOfJid(jid: string | undefined): ContactNames {
  if (jid === undefined) return {};
  const [, user, server] = /^\+?([^@:]+)(?::\d+)?(@.+)?$/.exec(jid) ?? [];
  if (user === undefined) return { chatId: jid };
  if (server === '@lid') return { lid: `${user}@lid` };
  const isPhone = server === undefined || server === '@s.whatsapp.net' || server === '@c.us';
  return isPhone ? { phone: user } : { chatId: `${user}${server}` };
}

/** The person or chat at the other end of a message, by the message's `key`. */
export function namesOfKey(key: unknown): ContactNames {
  const remote = namesOfJid(textOf(key, 'remoteJid') ?? textOf(key, 'remoteId'));
  // In a message of the business the "sender" fields describe the business itself.
  if (textOf(key, 'fromMe') === 'true')
    return { ...namesOfJid(textOf(key, 'remoteJidAlt')), ...remote };
  return remote.chatId === undefined
    ? { ...senderNames(key, 'sender', 'cleanedSender'), ...remote }
    : { ...senderNames(key, 'participant', 'cleanedParticipant'), ...remote };
}

/** The vendor's advice: the cleaned field first. A LID is never taken for a phone. */
function senderNames(key: unknown, member: string, cleaned: string): ContactNames {
  const phone = textOf(key, `${cleaned}Pn`) ?? textOf(key, `${member}Pn`);
  return {
    ...namesOfJid(textOf(key, member)),
    ...namesOfJid(textOf(key, `${member}Lid`)),
    ...namesOfJid(phone),
  };
}

/** What a contact's events are grouped by: the address of the chat, by which the session knows it. */
export function addressOf(key: unknown): string | undefined {
  const { phone, lid, chatId } = namesOfJid(textOf(key, 'remoteJid') ?? textOf(key, 'remoteId'));
  return chatId ?? lid ?? phone;
}
