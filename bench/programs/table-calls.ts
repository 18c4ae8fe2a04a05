import * as z from 'zod/mini';

/** A function that reads a queue or a stream. */
export type BatchHandler = (
  event: object,
  context: object,
) => Promise<{ readonly batchItemFailures: readonly object[] }>;

const attributes = z.record(
  z.string(),
  z.union([z.object({ S: z.string() }), z.object({ N: z.string() })]),
);
const names = z.record(z.string(), z.string());
const common = { TableName: z.string(), ConditionExpression: z.optional(z.string()) };

/** What the functions ask DynamoDB for. */
export const putInput = z.object({
  ...{ ...common, Item: attributes },
  ExpressionAttributeNames: z.optional(names),
  ExpressionAttributeValues: z.optional(attributes),
});
export const updateInput = z.object({
  ...{ ...common, Key: attributes, UpdateExpression: z.string() },
  ...{ ExpressionAttributeNames: names, ExpressionAttributeValues: attributes },
});
export const deleteInput = z.object({ TableName: z.string(), Key: attributes });
