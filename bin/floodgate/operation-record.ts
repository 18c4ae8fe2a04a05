import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ATTRIBUTES, RECORDS_PARTITION, timeKey } from '../../lambda/adapters/table-rows.ts';
import { clientSettings } from './client-settings.ts';
import { type StackAddress, unavailable } from './deployed-stack.ts';

/** What somebody did to the stack that cannot be undone or must be explained later. */
interface Operation {
  readonly action:
    | 'contact-forgotten'
    | 'forgetting-completed'
    | 'dead-letters-dropped'
    | 'replay-resumed';
  readonly why: string;
  /** What it was done to, without a word of what messages say. */
  readonly details: object;
}

export interface OperationRecords extends Disposable {
  /** Resolves once the table holds it. */
  readonly record: (operation: Operation) => Promise<void>;
}

/** Keeps in the table who did what, when and why. */
export async function openRecords(stack: StackAddress): Promise<OperationRecords> {
  const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(clientSettings(stack.endpoints?.dynamodb));
  const by = await stack.user();
  const text = (S: string): AttributeValue => ({ S });
  return {
    record: async ({ action, why, details }) => {
      const now = Date.now();
      const Item = {
        [ATTRIBUTES.partitionKey]: text(RECORDS_PARTITION),
        [ATTRIBUTES.sortKey]: text(`${timeKey(now)}#${randomUUID()}`),
        doneAt: text(new Date(now).toISOString()),
        ...{ action: text(action), by: text(by), why: text(why) },
        details: text(JSON.stringify(details)),
      };
      await client
        .send(new PutItemCommand({ TableName: stack.table, Item }))
        .catch(unavailable(`nothing can be recorded in ${stack.table}`));
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}
