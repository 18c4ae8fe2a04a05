import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { alternate, roundsInput } from './alternate.ts';
import { credentials } from './credentials.ts';
import { readInput, report } from './report.ts';
import { type BatchHandler, putInput, updateInput } from './table-calls.ts';

const input = z
  .object({
    bundle: z.string(),
    batches: z.array(
      z.object({
        event: z.looseObject({}),
        puts: z.array(putInput),
        updates: z.array(updateInput),
      }),
    ),
    rounds: roundsInput,
  })
  .parse(readInput());

const { handler }: { handler: BatchHandler } = await import(input.bundle);
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
