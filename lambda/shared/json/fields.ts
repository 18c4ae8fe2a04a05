import { isRecord, memberOf } from './json-source.ts';

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

/**
 * A Unix time in seconds or milliseconds, in ms since 1970: a string, a number, or the two halves of
 * one as protocol buffers have it. Of a fraction the whole part counts.
 */
export function millisOf(value: unknown, ...path: readonly string[]): number | undefined {
  const count = countOf(path.reduce(memberOf, value));
  if (count === undefined) return undefined;
  const millis = count < SECONDS_END ? count * 1000 : count;
  return millis > 0 && millis < MILLIS_END ? millis : undefined;
}

const COUNT = /^(\d{1,13})(?:\.\d+)?$/;

function countOf(told: unknown): number | undefined {
  if (isRecord(told)) return longOf(told);
  const digits = COUNT.exec(textOf(told) ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A whole number that is written as its two halves, both as signed, as protocol buffers have it. */
export function longOf(told: unknown): number | undefined {
  const { low, high } = { low: memberOf(told, 'low'), high: memberOf(told, 'high') };
  if (typeof low !== 'number' || typeof high !== 'number') return undefined;
  return (high | 0) * 2 ** 32 + (low >>> 0);
}

/**
 * When something happened by what is told of it, never after its receipt: that would be a clock that
 * is wrong, and would stay on top of all that comes later.
 */
export function pastTime(toldMs: number | undefined, receivedAt: number): number {
  return Math.min(toldMs ?? receivedAt, receivedAt);
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
