import * as z from 'zod/mini';
import { memberOf } from '../../lambda/shared/json/json-source.ts';

type Test = (value: unknown) => boolean;

const members = z.record(z.string(), z.unknown());
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const prefix = z.strictObject({ prefix: z.string() });
const matchers = {
  exists: z.strictObject({ exists: z.boolean() }),
  prefix,
  anythingBut: z.strictObject({ 'anything-but': z.union([scalar, z.array(scalar), prefix]) }),
};

/**
 * Whether a record is for the function of an event source mapping: one of the patterns describes it.
 *
 * Knows exact values, `prefix`, `anything-but` and `exists`. Throws for any other pattern.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export function eventFilter(patterns: readonly string[]): (record: unknown) => boolean {
  const tests = patterns.map((pattern) => objectTest(JSON.parse(pattern)));
  return (record) => tests.length === 0 || tests.some((test) => test(record));
}

/** All members of the pattern have to be found. */
function objectTest(pattern: unknown): Test {
  const tests = Object.entries(members.parse(pattern)).map(([name, below]) => {
    if (name.startsWith('$')) throw unknownPattern({ [name]: below });
    return [name, Array.isArray(below) ? leafTest(below) : objectTest(below)] as const;
  });
  return (value) => tests.every(([name, test]) => test(memberOf(value, name)));
}

/** One of the matchers has to describe the value. */
function leafTest(pattern: readonly unknown[]): Test {
  const tests = pattern.map(matcherTest);
  return (value) => tests.some((test) => test(value));
}

function matcherTest(matcher: unknown): Test {
  const exact = scalar.safeParse(matcher);
  if (exact.success) return leaves((leaf) => leaf === exact.data);
  const exists = matchers.exists.safeParse(matcher);
  if (exists.success) return (value) => leavesOf(value).length > 0 === exists.data.exists;
  const begins = matchers.prefix.safeParse(matcher);
  if (begins.success) return leaves(beginsWith(begins.data.prefix));
  const other = matchers.anythingBut.safeParse(matcher);
  if (!other.success) throw unknownPattern(matcher);
  return leaves(anythingBut(other.data['anything-but']));
}

function anythingBut(excluded: z.output<typeof matchers.anythingBut>['anything-but']): Test {
  const begins = prefix.safeParse(excluded);
  if (begins.success) return (leaf) => !beginsWith(begins.data.prefix)(leaf);
  const values: unknown[] = [excluded].flat();
  return (leaf) => !values.includes(leaf);
}

function beginsWith(start: string): Test {
  return (leaf) => typeof leaf === 'string' && leaf.startsWith(start);
}

function leaves(test: Test): Test {
  return (value) => leavesOf(value).some(test);
}

/** What a path of a pattern can end at: one value, each value of a list, nothing in an object. */
function leavesOf(value: unknown): unknown[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter(isScalar);
}

/** By hand and not by zod: each record of the stream is asked several times for each mapping. */
function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function unknownPattern(pattern: unknown): Error {
  return new Error(`the local stack filters no events by ${JSON.stringify(pattern)}`);
}
