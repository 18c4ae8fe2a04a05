import type * as z from 'zod/mini';
import { memberOf } from '../shared/json/json-source.ts';

export type BodyReading<T> =
  | { readonly ok: true; readonly value: T }
  /** All that is wrong, with the values, as a text for people. */
  | { readonly ok: false; readonly reason: string };

/**
 * Reads the JSON of a request.
 *
 * @param otherFaults what else is wrong with it, told together with what the schema finds
 */
export function readBody<Schema extends z.ZodMiniType>(
  rawBody: Buffer,
  schema: Schema,
  otherFaults: (json: unknown) => readonly string[],
): BodyReading<z.output<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(rawBody.toString('utf8'));
  } catch {
    return { ok: false, reason: 'the body is no JSON' };
  }
  const result = schema.safeParse(json, { reportInput: true });
  const faults = [...(result.error?.issues.map(faultOf) ?? []), ...otherFaults(json)];
  return result.success && faults.length === 0
    ? { ok: true, value: result.data }
    : { ok: false, reason: faults.join('; ') };
}

type Issue = z.core.$ZodIssue;

function faultOf(issue: Issue): string {
  const where = issue.path.length === 0 ? 'the body' : issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${where} knows no ${issue.keys.join(', ')}`;
  }
  // An endpoint of an unknown kind is shown by its kind alone: its URL may have a password in it.
  const value = isByKind(issue) ? memberOf(issue.input, 'kind') : issue.input;
  return value === undefined
    ? `${where} is missing`
    : `${where} takes ${expected(issue)}, not ${shown(value)}`;
}

/** Whether none of the forms was tried, since one member tells which it is. */
function isByKind(issue: Issue): boolean {
  return issue.code === 'invalid_union' && issue.errors.length === 0;
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a text',
};

const UNITS: Readonly<Record<string, [one: string, more: string]>> = {
  array: ['entry', 'entries'],
  string: ['character', 'characters'],
};

function expected(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.join(' or ');
    case 'invalid_union':
      return isByKind(issue)
        ? [memberOf(issue, 'options')].flat().join(' or ')
        : issue.errors.flatMap(([first]) => (first ? [expected(first)] : [])).join(' or ');
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `at most ${amount(issue.maximum, issue.origin)}`;
    default:
      return issue.message;
  }
}

/** Of a text or a list its length is meant. */
function amount(number: number | bigint, origin: string): string {
  const unit = UNITS[origin]?.[number === 1 ? 0 : 1];
  return unit === undefined ? String(number) : `${number} ${unit}`;
}

const SHOWN_LENGTH = 80;

function shown(value: unknown): string {
  const text = written(value);
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // It was read without recursion, and is written with it.
    return 'what is nested so deep';
  }
}
