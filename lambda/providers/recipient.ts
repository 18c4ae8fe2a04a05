/** Whom a message goes to, by one name. */
export interface Recipient {
  readonly kind: 'phone' | 'userId' | 'group';
  /** Digits of a phone number, a BSUID, or a group's id. */
  readonly name: string;
}

/** E.164, with `+` or without. */
const PHONE = /^\+?([1-9]\d{6,14})$/;
const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;
/** A group, or a channel, as WasenderApi names it. */
const CHAT_OF_SESSION = /^[\w-]{1,64}@(?:g\.us|newsletter)$/;
const GROUP = /^[\w+/=@.:-]{1,256}$/;

/** Undefined for what is no phone number, no BSUID and no group. @param isGroup whether the request says so */
export function readRecipient(text: string, isGroup: boolean): Recipient | undefined {
  if (isGroup) return GROUP.test(text) ? { kind: 'group', name: text } : undefined;
  const phone = PHONE.exec(text)?.[1];
  if (phone !== undefined) return { kind: 'phone', name: phone };
  if (USER_ID.test(text)) return { kind: 'userId', name: text };
  return CHAT_OF_SESSION.test(text) ? { kind: 'group', name: text } : undefined;
}
