import dynalite from 'dynalite';
import { ACCOUNT, REGION } from '../account.ts';
import { type FaultHook, faultyServer, type LoopbackServer, listen } from '../loopback-server.ts';
import type { Resource } from '../template/template.ts';

const MAX_ITEM_KB = 400;

/** An in-memory DynamoDB with the tables of the template. */
export async function serveDynamoDb(
  tables: readonly Resource<'table'>[],
  faults: FaultHook,
): Promise<LoopbackServer> {
  const options = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const emulator = dynalite({ ...options, maxItemSizeKb: MAX_ITEM_KB });
  const server = await listen(
    faultyServer((request, response) => {
      emulator.emit('request', request, response);
      // Dynalite throws what goes wrong with a connection, such as a client that was stopped.
      request.removeAllListeners('error').on('error', () => undefined);
    }, faults),
  );
  for (const table of tables) await createTable(server.url, table);
  return server;
}

async function createTable(url: string, table: Resource<'table'>): Promise<void> {
  const { AttributeDefinitions, KeySchema, LocalSecondaryIndexes, GlobalSecondaryIndexes } = table;
  await call(url, 'CreateTable', {
    ...{ TableName: table.ref, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions, KeySchema },
    ...(LocalSecondaryIndexes !== undefined && { LocalSecondaryIndexes }),
    ...(GlobalSecondaryIndexes !== undefined && { GlobalSecondaryIndexes }),
  });
  for (;;) {
    const description = await call(url, 'DescribeTable', { TableName: table.ref });
    if (description.includes('"TableStatus":"ACTIVE"')) return;
  }
}

async function call(url: string, action: string, input: unknown): Promise<string> {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${ACCOUNT}/${date.slice(0, 8)}/${REGION}/dynamodb/aws4_request`;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${action}`,
      'x-amz-date': date,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=local`,
    },
    body: JSON.stringify(input),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`DynamoDB refused ${action}: ${answer}`);
  return answer;
}
