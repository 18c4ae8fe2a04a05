import { randomUUID } from 'node:crypto';
import { type Operation, operationRow } from '../../../lambda/table/operation-row.ts';
import { clientSettings } from './client-settings.ts';
import { type StackAddress, unavailable } from './deployed-stack.ts';

export interface OperationRecords extends Disposable {
  /** Resolves once the table holds it. */
  readonly record: (operation: Operation) => Promise<void>;
}

/** Keeps in the table who did what, when and why. */
export async function openRecords(stack: StackAddress): Promise<OperationRecords> {
  const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(clientSettings(stack.endpoints?.dynamodb));
  const by = await stack.user();
  return {
    record: async (operation) => {
      const Item = operationRow(operation, by, Date.now(), randomUUID());
      await client
        .send(new PutItemCommand({ TableName: stack.table, Item }))
        .catch(unavailable(`nothing can be recorded in ${stack.table}`));
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}
