import type * as z from 'zod/mini';

export type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

const UNITS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  array: ['entry', 'entries'],
  string: ['character', 'characters'],
};

/**
 * What a schema takes in place of what it found fault with, in words for people.
 *
 * @param ofUnion likewise, where there are several forms
 */
export function expected(issue: Issue, ofUnion: (issue: Issue) => string): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.join(' or ');
    case 'invalid_union':
      return ofUnion(issue);
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
