import { contactNameOf } from '../providers/contact-name.ts';
import { readCursor } from './cursor.ts';

type Raw = Readonly<Record<string, string | undefined>>;

export type Parameters<T> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly reason: string };

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 100;

export interface ContactParameters {
  readonly channel: string;
  readonly contact: string;
}
export interface TimelineParameters extends ContactParameters {
  readonly limit: number;
  /** Position of the last row of the page before. */
  readonly after: string | undefined;
}
export interface MessageParameters {
  readonly channel: string;
  readonly wamid: string;
}
export interface MediaParameters extends ContactParameters, MessageParameters {}

export function channelParameter(path: Raw): Parameters<Pick<ContactParameters, 'channel'>> {
  const channel = pathParameter(path, 'channel');
  return channel.ok ? { ok: true, channel: channel.value } : channel;
}

export function contactParameters(path: Raw): Parameters<ContactParameters> {
  const channel = channelParameter(path);
  if (!channel.ok) return channel;
  const contact = pathParameter(path, 'contact');
  if (!contact.ok) return contact;
  const digits = phoneDigits(contact.value);
  if (digits !== undefined && /^0./.test(digits)) return { ok: false, reason: NO_COUNTRY_CODE };
  return {
    ok: true,
    channel: channel.channel,
    contact: digits ?? contactNameOf(contact.value.trim()),
  };
}

const NO_COUNTRY_CODE =
  'contact is a phone number without its country code; write it in full, such as 5215550001111';

/** What people write into phone numbers. A `(0)` is dialled within the country only. */
const PHONE_PUNCTUATION = /\(0\)|[\s().\p{Pd}\p{Cf}]/gu;

/** A phone number as WhatsApp writes it; undefined for any other name. */
function phoneDigits(written: string): string | undefined {
  return /^(?:\+|00)?(\d+)$/.exec(written.replace(PHONE_PUNCTUATION, ''))?.[1];
}

export function timelineParameters(path: Raw, query: Raw): Parameters<TimelineParameters> {
  const contact = contactParameters(path);
  if (!contact.ok) return contact;
  const limit = limitOf(query['limit']);
  if (limit === undefined) {
    return { ok: false, reason: `limit is not a whole number from 1 to ${MAX_LIMIT}` };
  }
  if (query['cursor'] === undefined) return { ...contact, limit, after: undefined };
  const cursor = readCursor(query['cursor'], contact.channel, contact.contact);
  return cursor.ok ? { ...contact, limit, after: cursor.position } : cursor;
}

export function messageParameters(path: Raw): Parameters<MessageParameters> {
  const channel = channelParameter(path);
  if (!channel.ok) return channel;
  const wamid = pathParameter(path, 'wamid');
  if (!wamid.ok) return wamid;
  // No wamid has a space: one was a plus before something decoded the path as a form.
  return { ok: true, channel: channel.channel, wamid: wamid.value.replaceAll(' ', '+') };
}

export function mediaParameters(path: Raw): Parameters<MediaParameters> {
  const contact = contactParameters(path);
  if (!contact.ok) return contact;
  const message = messageParameters(path);
  return message.ok ? { ...contact, wamid: message.wamid } : message;
}

/** What is wrong with a query that has names other than these. */
export function unknownNames(query: Raw, known: readonly string[]): string | undefined {
  const unknown = Object.keys(query).filter(
    // A URL that was signed for somebody else to call has its signature here.
    (name) => !known.includes(name) && !/^x-amz-/i.test(name),
  );
  if (unknown.length === 0) return undefined;
  const names = `unknown query parameter${unknown.length > 1 ? 's' : ''} ${unknown.join(', ')}`;
  return `${names}; ${known.length > 0 ? `known are ${known.join(', ')}` : 'this path has none'}`;
}

export function limitOf(text: string | undefined): number | undefined {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= MAX_LIMIT ? limit : undefined;
}

const MAX_LENGTH = 512;
const CONTROL = /\p{Cc}/u;

function pathParameter(path: Raw, name: string): Parameters<{ readonly value: string }> {
  const value = decoded(path[name] ?? '');
  if (value.trim() === '') return { ok: false, reason: `${name} is empty` };
  if (value.length > MAX_LENGTH) {
    return { ok: false, reason: `${name} is longer than ${MAX_LENGTH} characters` };
  }
  if (CONTROL.test(value)) return { ok: false, reason: `${name} has control characters` };
  return { ok: true, value };
}

/** API Gateway has decoded it once; what still looks encoded was encoded twice, to be safe. */
export function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
