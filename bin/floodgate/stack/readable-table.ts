import type { Find } from '../../../local/traffic/await-stored.ts';
import { UnavailableError } from '../terminal/command.ts';
import { clientSettings } from './client-settings.ts';

export interface TableAddress {
  readonly name: string;
  /** Undefined for AWS's own. */
  readonly endpoint: string | undefined;
}

export interface ReadableTable {
  readonly name: string;
  /** Throws `UnavailableError` where the table cannot be read. */
  readonly find: Find;
  readonly close: () => void;
}

export async function openTable({ name, endpoint }: TableAddress): Promise<ReadableTable> {
  // Loaded here, because it takes longer than all the rest of the command.
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { findStored } = await import('../../../local/traffic/find-stored.ts');
  const client = new DynamoDBClient(clientSettings(endpoint));
  const find: Find = async (events) => {
    try {
      return await findStored(client, name, events);
    } catch (error) {
      const why = error instanceof Error ? error.message || error.name : String(error);
      throw new UnavailableError(`the table ${name} cannot be read: ${why}`, { cause: error });
    }
  };
  return { name, find, close: () => client.destroy() };
}
