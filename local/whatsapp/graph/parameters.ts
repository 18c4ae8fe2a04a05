import type * as z from 'zod/mini';
import { isMissing, ruleOf } from '../issue-text.ts';
import type { Refusal } from './errors.ts';

/** What Graph says of the first fault of a body: 100, with the parameter. */
export function parameterRefusal({ issues: [issue] }: z.core.$ZodError): Refusal {
  return { code: 100, details: issue === undefined ? 'Invalid parameter' : explain(issue) };
}

function explain(issue: z.core.$ZodIssue): string {
  const parameter = nameOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const on = parameter === '' ? '' : ` on param "${parameter}"`;
    return `Unexpected key "${issue.keys[0]}"${on}.`;
  }
  if (isMissing(issue)) return `The parameter ${parameter} is required.`;
  return `Param ${parameter} ${ruleOf(issue)}.`;
}

/** `['text', 'body']` is `text['body']`. */
function nameOf([first, ...rest]: readonly PropertyKey[]): string {
  if (first === undefined) return '';
  return String(first) + rest.map((part) => `['${String(part)}']`).join('');
}
