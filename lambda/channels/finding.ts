import { memberOf } from '../shared/json/json-source.ts';
import { printable } from '../shared/printable.ts';

/** One thing that was looked at of a channel, by whoever asks its provider. */
export interface Finding {
  /** In a word: `token`, `quality`. */
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do about it, where it is at fault. */
  readonly mend: string | null;
  /** The class of error by which the provider refuses, for this fault, all that is sent. */
  readonly stops?: 'token' | 'locked';
}

/** As much as the stack keeps of the name of what was looked at. */
export const MAX_CHECK_LENGTH = 64;
/** Of any other text. */
export const MAX_TEXT_LENGTH = 300;

export function good(check: string, found: string): Finding {
  return { check, ok: true, found: shown(found), mend: null };
}

export function bad(check: string, found: string, mend: string): Finding {
  return { check, ok: false, found: shown(found), mend: shown(mend) };
}

/** A fault for which nothing can be sent. */
export function stopping(
  stops: NonNullable<Finding['stops']>,
  check: string,
  found: string,
  mend: string,
): Finding {
  return { ...bad(check, found, mend), stops };
}

export function judged(check: string, ok: boolean, found: string, mend: string): Finding {
  return ok ? good(check, found) : bad(check, found, mend);
}

function shown(text: string): string {
  return printable(text).slice(0, MAX_TEXT_LENGTH) || 'nothing';
}

/** A member as a text, however deep; empty where there is none. */
export function wordAt(json: unknown, ...path: readonly string[]): string {
  const value = path.reduce(memberOf, json);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function listAt(json: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = path.reduce(memberOf, json);
  return Array.isArray(value) ? value : [];
}
