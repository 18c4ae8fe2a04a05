import * as z from 'zod/mini';
import { expressionOf } from './pattern.ts';
import type { Call } from './rights.ts';

/** The only condition that roles here have: which partitions of the table are theirs. */
const schema = z.strictObject({
  'ForAllValues:StringLike': z.strictObject({
    'dynamodb:LeadingKeys': z.union([z.string(), z.array(z.string())]),
  }),
});

/** Whether the condition of a statement holds; undefined for one that the local stack does not know. */
export function conditionOf(condition: unknown): ((call: Call) => boolean) | undefined {
  if (condition === undefined) return () => true;
  const known = schema.safeParse(condition).data;
  if (known === undefined) return undefined;
  const patterns = [known['ForAllValues:StringLike']['dynamodb:LeadingKeys']].flat();
  const expressions = patterns.map((pattern) => expressionOf(pattern));
  // AWS lets pass what names no key. Here that is a call whose keys are not read, so it may not.
  return ({ leadingKeys = [] }) =>
    leadingKeys.length > 0 &&
    leadingKeys.every((key) => expressions.some((expression) => expression.test(key)));
}

const value = z.object({ S: z.string() });
const keyInput = z.object({
  Key: z.optional(z.looseObject({ pk: value })),
  Item: z.optional(z.looseObject({ pk: value })),
  KeyConditionExpression: z.optional(z.string()),
  ExpressionAttributeValues: z.optional(z.record(z.string(), z.unknown())),
});

/** The partitions that a request to the table is about, where it says so in a way that is known. */
export function leadingKeysOf(input: unknown): readonly string[] {
  const { Key, Item, ...query } = keyInput.safeParse(input).data ?? {};
  const placeholder = /^\s*#?\w+\s*=\s*(:\w+)/.exec(query.KeyConditionExpression ?? '')?.[1];
  const queried = value.safeParse(query.ExpressionAttributeValues?.[placeholder ?? '']).data;
  return [Key?.pk, Item?.pk, queried].flatMap((key) => key?.S ?? []);
}
