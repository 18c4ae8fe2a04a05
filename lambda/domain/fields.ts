import { memberOf } from './json-source.ts';

/** Longer than any identifier of either provider; what is longer stays in the payload only. */
const MAX_TEXT = 512;

/** A member that is a name, an id or a flag, as text; undefined where it is empty or absent. */
export function textOf(value: unknown, ...path: readonly string[]): string | undefined {
  const member = path.reduce(memberOf, value);
  if (typeof member === 'number') return String(member);
  if (typeof member === 'boolean') return String(member);
  return typeof member === 'string' && member !== '' && member.length <= MAX_TEXT
    ? member
    : undefined;
}

/** A phone number as WhatsApp's webhooks write it: digits, without `+`. */
export function phoneOf(value: unknown, ...path: readonly string[]): string | undefined {
  return textOf(value, ...path)?.replace(/^\+/, '');
}

/** Below this a timestamp counts seconds, from it on milliseconds (the year 5138, or 1973). */
const SECONDS_END = 100_000_000_000;
const MILLIS_END = 10_000_000_000_000;

/** A Unix time in seconds or milliseconds, as string or number, in ms since 1970. */
export function millisOf(value: unknown, ...path: readonly string[]): number | undefined {
  const text = textOf(value, ...path);
  if (text === undefined || !/^\d{1,13}$/.test(text)) return undefined;
  const count = Number(text);
  const millis = count < SECONDS_END ? count * 1000 : count;
  return millis > 0 && millis < MILLIS_END ? millis : undefined;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Drops what is undefined, so that an absent fact is an absent member. */
export function present<T extends object>(members: T): Present<T> {
  const kept: Present<T> = {};
  for (const key in members) {
    const value = members[key];
    if (isPresent(value)) kept[key] = value;
  }
  return kept;
}

function isPresent<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}
