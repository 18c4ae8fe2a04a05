import { longOf, textOf } from '../shared/json/fields.ts';
import { memberOf } from '../shared/json/json-source.ts';

/** What WhatsApp takes as one text. */
const MAX_TEXT = 65_536;

/** More cards or products than one message may hold. */
const MAX_LIST = 300;

/** Words that somebody wrote, be they empty; undefined where there are none. */
export function wordsOf(value: unknown, ...path: readonly string[]): string | undefined {
  const words = path.reduce(memberOf, value);
  if (typeof words === 'number') return String(words);
  return typeof words === 'string' ? firstOf(words, MAX_TEXT) : undefined;
}

/** The first characters of a text, none of them cut in two. */
export function firstOf(text: string, count: number): string {
  if (text.length <= count) return text;
  // A character takes two units at most.
  return Array.from(text.slice(0, 2 * count))
    .slice(0, count)
    .join('');
}

/** Words; null where there are none, or empty ones. */
export function wordsOrNull(value: unknown, ...path: readonly string[]): string | null {
  return wordsOf(value, ...path) || null;
}

/** An id, a name or a word of a protocol; null where there is none. */
export function textOrNull(value: unknown, ...path: readonly string[]): string | null {
  return textOf(value, ...path) ?? null;
}

const NUMBER = /^-?\d{1,17}(?:\.\d{1,17})?$/;

/** A number, the text of one, or the two halves of one; null for everything else. */
export function numberOrNull(value: unknown, ...path: readonly string[]): number | null {
  const told = path.reduce(memberOf, value);
  const member = longOf(told) ?? told;
  if (typeof member === 'number') return Number.isFinite(member) ? member : null;
  return typeof member === 'string' && NUMBER.test(member) ? Number(member) : null;
}

export function flagOf(value: unknown, ...path: readonly string[]): boolean {
  return textOf(value, ...path) === 'true';
}

/** The elements of a list, of a very long one the first; none where it is no list. */
export function listOf(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const list = path.reduce<unknown>(memberOf, value);
  return Array.isArray(list) ? list.slice(0, MAX_LIST) : [];
}

/** An amount as `{ value, offset }`, of which the one counts parts of the other, or as it is. */
export function amountOrNull(value: unknown, ...path: readonly string[]): number | null {
  const amount = path.reduce(memberOf, value);
  const count = numberOrNull(amount, 'value') ?? numberOrNull(amount);
  const offset = numberOrNull(amount, 'offset') ?? 1;
  return count === null || offset <= 0 ? null : count / offset;
}

/** What a text of JSON says, or the value itself; undefined where the text is none. */
export function parsed(json: unknown): unknown {
  try {
    return typeof json === 'string' ? JSON.parse(json) : json;
  } catch {
    return undefined;
  }
}
