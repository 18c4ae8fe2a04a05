import * as z from 'zod/mini';

/** The only condition that roles here have: which partitions of the table are theirs. */
const schema = z.strictObject({
  'ForAllValues:StringLike': z.strictObject({
    'dynamodb:LeadingKeys': z.union([z.string(), z.array(z.string())]),
  }),
});

/** The partitions that a statement is about; undefined for a condition that the local stack does not know. */
export function partitionsOf(condition: unknown): readonly string[] | 'any' | undefined {
  if (condition === undefined) return 'any';
  const known = schema.safeParse(condition).data;
  return known && [known['ForAllValues:StringLike']['dynamodb:LeadingKeys']].flat();
}

const value = z.object({ S: z.string() });
const keyInput = z.object({
  Key: z.optional(z.looseObject({ pk: value })),
  Item: z.optional(z.looseObject({ pk: value })),
  KeyConditionExpression: z.optional(z.string()),
  ExpressionAttributeValues: z.optional(z.record(z.string(), z.unknown())),
});

/** The partition that a request to the table is about, where it says so in a way that is known. */
export function leadingKeyOf(input: unknown): string | undefined {
  const { Key, Item, ...query } = keyInput.safeParse(input).data ?? {};
  const placeholder = /^\s*#?\w+\s*=\s*(:\w+)/.exec(query.KeyConditionExpression ?? '')?.[1];
  const queried = value.safeParse(query.ExpressionAttributeValues?.[placeholder ?? '']).data;
  return (Key?.pk ?? Item?.pk ?? queried)?.S;
}
