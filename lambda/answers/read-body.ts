import type * as z from 'zod/mini';
import { expected, type Issue } from '../shared/json/expected.ts';
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

function faultOf(issue: Issue): string {
  const where = issue.path.length === 0 ? 'the body' : issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${where} knows no ${issue.keys.join(', ')}`;
  }
  if (issue.code === 'invalid_key') return faultOfName(issue);
  // An endpoint of an unknown kind is shown by its kind alone: its URL may have a password in it.
  const value = isByKind(issue) ? memberOf(issue.input, 'kind') : issue.input;
  return value === undefined
    ? `${where} is missing`
    : `${where} takes ${expected(issue, formsOf)}, not ${shown(value)}`;
}

/** Of a member whose name is none that the object takes. */
function faultOfName({ path, issues: [first] }: Extract<Issue, { code: 'invalid_key' }>): string {
  const wanted = first === undefined ? 'another form' : expected(first, formsOf);
  return `${path.slice(0, -1).join('.')} takes names of ${wanted}, not ${shown(path.at(-1))}`;
}

/** Whether none of the forms was tried, since one member tells which it is. */
function isByKind(issue: Issue): boolean {
  return issue.code === 'invalid_union' && issue.errors.length === 0;
}

function formsOf(issue: Issue): string {
  if (isByKind(issue)) return [memberOf(issue, 'options')].flat().join(' or ');
  const errors = issue.code === 'invalid_union' ? issue.errors : [];
  return errors.flatMap(([first]) => (first ? [expected(first, formsOf)] : [])).join(' or ');
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
