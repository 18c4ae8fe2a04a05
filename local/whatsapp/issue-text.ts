import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;

/** With what is wrong, so that what is missing can be told from what is of another type. */
export const WITH_INPUT = { reportInput: true } as const;

export function isMissing({ code, input }: Issue): boolean {
  return (code === 'invalid_type' || code === 'invalid_value') && input === undefined;
}

/** What a value must be, and is not. */
export function ruleOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be of type ${issue.expected}`;
    case 'too_small':
      return `must be at least ${issue.minimum} ${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${issue.maximum} ${unitOf(issue.origin)}`;
    case 'invalid_value':
      return `must be one of {${issue.values.map(String).join(', ')}}`;
    case 'unrecognized_keys':
      return `has no ${issue.keys.join(', ')}`;
    case 'custom':
      return issue.message;
    default:
      return 'is not valid';
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return 'characters long';
  return origin === 'array' ? 'elements long' : '';
}

/** All that is wrong, for somebody who plays with the rules. */
export function faultsOf({ issues }: z.core.$ZodError): string {
  return issues
    .map((issue) => `${issue.path.join('.') || 'the body'} ${faultOf(issue)}`.trim())
    .join('; ');
}

function faultOf(issue: Issue): string {
  return isMissing(issue) ? 'is missing' : ruleOf(issue);
}
