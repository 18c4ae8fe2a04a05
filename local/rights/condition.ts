import * as z from 'zod/mini';
import { memberOf } from '../../lambda/shared/json/json-source.ts';

/** What a statement is narrowed to beyond actions and resources. */
export interface Narrowing {
  /** Which partition of the table, or pattern of such. */
  readonly partition?: string;
  /** Mappings of which function, or pattern of such. */
  readonly functionArn?: string;
}

const texts = z.union([z.string(), z.array(z.string())]);

const onPartitions = z.strictObject({
  'ForAllValues:StringLike': z.strictObject({ 'dynamodb:LeadingKeys': texts }),
});

const FUNCTION_OPERATORS = ['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike'] as const;
const onFunctions = z.partialRecord(
  z.enum(FUNCTION_OPERATORS),
  z.strictObject({ 'lambda:FunctionArn': texts }),
);

/** One for each value of a condition; undefined for a condition that the local stack does not know. */
export function narrowingsOf(condition: unknown): readonly Narrowing[] | undefined {
  if (condition === undefined) return [{}];
  const partitions = onPartitions.safeParse(condition).data;
  if (partitions !== undefined) {
    const keys = partitions['ForAllValues:StringLike']['dynamodb:LeadingKeys'];
    return [keys].flat().map((partition) => ({ partition }));
  }
  const [operator, ...others] = Object.entries(onFunctions.safeParse(condition).data ?? {});
  if (operator === undefined || others.length > 0) return undefined;
  const [name, { 'lambda:FunctionArn': arns }] = operator;
  const isLiteral = name === 'StringEquals';
  // What equals a text is written as a pattern; no ARN of a function has such characters.
  if (isLiteral && [arns].flat().some((one) => /[*?]/.test(one))) return undefined;
  return [arns].flat().map((functionArn) => ({ functionArn }));
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
  // Not parsed where there is none: to put together why something fails takes zod as long as the rest here.
  if (memberOf(input, 'RequestItems') === undefined) return [leadingKeyOf(input)];
  const { RequestItems } = batchInput.safeParse(input).data ?? {};
  if (RequestItems === undefined) return [leadingKeyOf(input)];
  const keys = Object.values(RequestItems).flatMap((table) => table.Keys.map(({ pk }) => pk.S));
  return [...new Set(keys)];
}

function leadingKeyOf(input: unknown): string | undefined {
  const { Key, Item, ...query } = keyInput.safeParse(input).data ?? {};
  const key = Key ?? Item;
  if (key !== undefined) return key.pk.S;
  const placeholder = /^\s*#?\w+\s*=\s*(:\w+)/.exec(query.KeyConditionExpression ?? '')?.[1];
  return value.safeParse(query.ExpressionAttributeValues?.[placeholder ?? '']).data?.S;
}
