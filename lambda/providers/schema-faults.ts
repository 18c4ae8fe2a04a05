import type * as z from 'zod/mini';
import { memberOf } from '../shared/json/json-source.ts';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with what somebody sent, each by the path of its member; nothing of what it says, since it
 * may be a message.
 */
export function schemaFaults(
  schema: z.ZodMiniType,
  value: unknown,
  path: readonly string[] = [],
): readonly string[] {
  const result = schema.safeParse(value, { reportInput: true });
  return result.error?.issues.map((issue) => faultOf(issue, path)) ?? [];
}

function faultOf(issue: Issue, path: readonly string[]): string {
  const where = [...path, ...issue.path].join('.') || 'the body';
  return issue.input === undefined && issue.code !== 'custom'
    ? `${where} is missing`
    : `${where} takes ${expected(issue)}`;
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a text',
};

const UNITS: Readonly<Record<string, readonly [one: string, more: string]>> = {
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
      return optionsOf(issue);
    case 'too_small':
      return `at least ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `at most ${amount(issue.maximum, issue.origin)}`;
    default:
      return issue.message;
  }
}

/** Of what is told apart by a member: the words that this takes. */
function optionsOf(issue: Issue): string {
  const options = memberOf(issue, 'options');
  return Array.isArray(options) && options.length > 0 ? options.join(' or ') : 'another value';
}

/** Of a text or a list its length is meant. */
function amount(number: number | bigint, origin: string): string {
  const unit = UNITS[origin]?.[number === 1 ? 0 : 1];
  return unit === undefined ? String(number) : `${number} ${unit}`;
}
