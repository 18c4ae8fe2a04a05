import { contactNameOf } from '../domain/identity.ts';
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

export function contactParameters(path: Raw): Parameters<ContactParameters> {
  const channel = pathParameter(path, 'channel');
  if (!channel.ok) return channel;
  const contact = pathParameter(path, 'contact');
  if (!contact.ok) return contact;
  // A plus that was read as in a form.
  const written = contact.value.replace(/^ (?=\d)/, '+');
  return { ok: true, channel: channel.value, contact: contactNameOf(written) };
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
  const channel = pathParameter(path, 'channel');
  if (!channel.ok) return channel;
  const wamid = pathParameter(path, 'wamid');
  if (!wamid.ok) return wamid;
  // No wamid has a space: one was a plus before something decoded the path as a form.
  return { ok: true, channel: channel.value, wamid: wamid.value.replaceAll(' ', '+') };
}

function limitOf(text: string | undefined): number | undefined {
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
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
