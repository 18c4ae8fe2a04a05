import { namesOfJid } from './wasender/jid.ts';

/** A contact's name as stored, from what a reader of the API may write for it. */
export function contactNameOf(text: string): string {
  const { lid, phone, chatId } = namesOfJid(text);
  return lid ?? phone ?? chatId ?? text;
}
