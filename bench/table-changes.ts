import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { watchTable } from '../test/support/change-records.ts';
import { startEventTable } from '../test/support/event-table-emulator.ts';
import type { AwsCall } from './aws-stub.ts';

const inputSchema = z.looseObject({});

/** Makes the calls once more, at an emulator of the table. Returns what its change stream would say. */
export async function changesOf(calls: readonly AwsCall[]): Promise<readonly DynamoDBRecord[]> {
  await using emulator = await startEventTable();
  const { dynamodb, records } = watchTable(emulator, () => Date.now());
  const signal = new AbortController().signal;
  for (const { action, body } of calls) {
    const input = inputSchema.parse(JSON.parse(body));
    await dynamodb(action, { ...input, TableName: emulator.tableName }, signal);
  }
  return records;
}
