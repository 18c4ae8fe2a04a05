import { isRecord, memberOf } from './json-source.ts';

/**
 * Whether parsed JSON is what was written. By hand, since a schema library takes a tenth of a cold
 * start.
 */
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string';

export const isFlag: Check = (value) => typeof value === 'boolean';

export const isPositive: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0;

/** A whole number, such as a time in ms since 1970. */
export const isWhole: Check = (value) => Number.isSafeInteger(value);

export function isOneOf(...words: readonly string[]): Check {
  return (value) => words.some((word) => word === value);
}

export function isOptional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function isListOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

export function isObjectOf(checks: Readonly<Record<string, Check>>): Check {
  return (value) => isRecord(value) && failedChecks(value, checks).length === 0;
}

/** The members that are not as they should be, or not there. */
export function failedChecks(value: object, checks: Readonly<Record<string, Check>>): string[] {
  return Object.entries(checks)
    .filter(([member, check]) => !check(memberOf(value, member)))
    .map(([member]) => member);
}
