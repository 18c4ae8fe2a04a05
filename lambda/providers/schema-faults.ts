import type * as z from 'zod/mini';
import { expected, type Issue } from '../shared/json/expected.ts';
import { memberOf } from '../shared/json/json-source.ts';

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
    : `${where} takes ${expected(issue, optionsOf)}`;
}

/** Of what is told apart by a member: the words that this takes. */
function optionsOf(issue: Issue): string {
  const options = memberOf(issue, 'options');
  return Array.isArray(options) && options.length > 0 ? options.join(' or ') : 'another value';
}
