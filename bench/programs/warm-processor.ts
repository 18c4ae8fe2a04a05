import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { alternate } from './alternate.ts';
import { credentials } from './credentials.ts';
import { readInput, report } from './report.ts';

type Handler = (
  event: object,
  context: object,
) => Promise<{ readonly batchItemFailures: readonly object[] }>;

const attributes = z.record(
  z.string(),
  z.union([z.object({ S: z.string() }), z.object({ N: z.string() })]),
);
const common = {
  TableName: z.string(),
  ConditionExpression: z.optional(z.string()),
};
const input = z
  .object({
    bundle: z.string(),
    batches: z.array(
      z.object({
        event: z.looseObject({}),
        puts: z.array(z.object({ ...common, Item: attributes })),
        updates: z.array(
          z.object({
            ...common,
            Key: attributes,
            UpdateExpression: z.string(),
            ExpressionAttributeNames: z.record(z.string(), z.string()),
            ExpressionAttributeValues: attributes,
          }),
        ),
      }),
    ),
    rounds: z.object({ warmUp: z.number(), rounds: z.number(), callsPerRound: z.number() }),
  })
  .parse(readInput());

const { handler }: { handler: Handler } = await import(input.bundle);
const client = new DynamoDBClient({ credentials });
const context = { getRemainingTimeInMillis: () => 30_000 };
const batchAt = (n: number) => {
  const batch = input.batches[n % input.batches.length];
  if (batch === undefined) throw new Error('no batches');
  return batch;
};

const rounds = await alternate(
  async (n) => {
    const { batchItemFailures } = await handler(batchAt(n).event, context);
    if (batchItemFailures.length > 0) throw new Error('a batch was not stored');
  },
  async (n) => {
    const { puts, updates } = batchAt(n);
    await Promise.all([
      ...puts.map((put) => client.send(new PutItemCommand(put))),
      ...updates.map((update) => client.send(new UpdateItemCommand(update))),
    ]);
  },
  input.rounds,
);
report({ rounds });
