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

const batchInput = z.object({
  RequestItems: z.record(z.string(), z.object({ Keys: z.array(z.looseObject({ pk: value })) })),
});

/** The partitions that a request to the table is about: those of a batch, else one, where it says which. */
export function leadingKeysOf(input: unknown): readonly (string | undefined)[] {
  const { RequestItems } = batchInput.safeParse(input).data ?? {};
  if (RequestItems === undefined) return [leadingKeyOf(input)];
  const keys = Object.values(RequestItems).flatMap((table) => table.Keys.map(({ pk }) => pk.S));
  return [...new Set(keys)];
}

function leadingKeyOf(input: unknown): string | undefined {
  const { Key, Item, ...query } = keyInput.safeParse(input).data ?? {};
  const placeholder = /^\s*#?\w+\s*=\s*(:\w+)/.exec(query.KeyConditionExpression ?? '')?.[1];
  const queried = value.safeParse(query.ExpressionAttributeValues?.[placeholder ?? '']).data;
  return (Key?.pk ?? Item?.pk ?? queried)?.S;
}
