import { isRecord, memberOf } from '../shared/json/json-source.ts';
import { isOurs } from './wasender/jid.ts';
import { bodyOfItem, messageOfItem, openMessage } from './wasender/opened.ts';

/** What a contact calls itself. */
export interface Profile {
  readonly name: string | undefined;
  readonly username: string | undefined;
}

/** A contact's choice of what to be sent, such as no more marketing. */
export interface Preference {
  readonly category: string;
  /** Meta's word: `stop`, `resume`, or one that is new. */
  readonly value: string;
}

/** The text of a stored webhook's one message. */
export function messageText(webhook: unknown): string | undefined {
  const message = itemOf(webhook);
  return text(message, 'text', 'body') ?? bodyOfItem(message) ?? wasenderText(message);
}

function wasenderText(item: unknown): string | undefined {
  const opened = openMessage(messageOfItem(item));
  return text(opened, 'content') ?? text(opened, 'content', 'text');
}

/** The profile that a stored webhook shows beside what the contact did. */
export function profileOf(webhook: unknown): Profile | undefined {
  const profile = at(metaValueOf(webhook), 'contacts', 0, 'profile');
  const name = text(profile, 'name') ?? pushNameOf(itemOf(webhook));
  const username = text(profile, 'username');
  return name === undefined && username === undefined ? undefined : { name, username };
}

/** How whoever wrote calls itself: of what the business wrote, that is the business. */
function pushNameOf(item: unknown): string | undefined {
  const key = at(item, 'reaction', 'key') ?? at(item, 'key');
  return isOurs(key) ? undefined : text(item, 'pushName');
}

/** The first element of one of the lists of a stored webhook of Meta's. */
export function metaListOf(webhook: unknown, list: string): unknown {
  return at(metaValueOf(webhook), list, 0);
}

/** The preference that a stored webhook of the field `user_preferences` tells. */
export function preferenceOf(webhook: unknown): Preference | undefined {
  const preference = at(metaValueOf(webhook), 'user_preferences', 0);
  const category = text(preference, 'category');
  const value = text(preference, 'value');
  return category === undefined || value === undefined ? undefined : { category, value };
}

/** The one message of a stored webhook, of either provider. */
export function itemOf(webhook: unknown): unknown {
  const value = metaValueOf(webhook);
  return (
    at(value, 'messages', 0) ??
    at(value, 'message_echoes', 0) ??
    at(value, 'history', 0, 'threads', 0, 'messages', 0) ??
    wasenderItemOf(at(webhook, 'data'))
  );
}

function metaValueOf(webhook: unknown): unknown {
  const value = at(webhook, 'entry', 0, 'changes', 0, 'value');
  return at(value, 'standby') ?? value;
}

function wasenderItemOf(data: unknown): unknown {
  const item = at(data, 'messages') ?? at(data, 'message') ?? at(data, 'keys') ?? data;
  if (isRecord(data) && 'key' in data) return data;
  return Array.isArray(item) ? item[0] : item;
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof step === 'string'
        ? memberOf(inner, step)
        : Array.isArray(inner)
          ? inner[step]
          : undefined,
    value,
  );
}

function text(value: unknown, ...path: readonly string[]): string | undefined {
  const member = at(value, ...path);
  return typeof member === 'string' ? member : undefined;
}
