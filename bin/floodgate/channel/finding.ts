import type { Finding } from '../../../lambda/channels/managing/schemas.ts';
import { memberOf } from '../../../lambda/shared/json/json-source.ts';
import { printable } from '../terminal/printable.ts';

/** As much as the stack keeps of a text. */
const MAX_LENGTH = 300;

export function good(check: string, found: string): Finding {
  return { check, ok: true, found: shown(found), mend: null };
}

export function bad(check: string, found: string, mend: string): Finding {
  return { check, ok: false, found: shown(found), mend: shown(mend) };
}

export function judged(check: string, ok: boolean, found: string, mend: string): Finding {
  return ok ? good(check, found) : bad(check, found, mend);
}

function shown(text: string): string {
  return printable(text).slice(0, MAX_LENGTH) || 'nothing';
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
