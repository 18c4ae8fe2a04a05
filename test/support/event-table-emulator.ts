import { once } from 'node:events';
import { IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { CallAws } from '../../lambda/shared/aws/json-protocol.ts';
import { isRecord } from '../../lambda/shared/json/json-source.ts';
import { ATTRIBUTES, INDEXES } from '../../lambda/table/keys.ts';
import type { ReadTable } from '../../lambda/table/query-table.ts';
import { rememberParsedExpressions } from '../../local/aws/parsed-expressions.ts';
import { askDynalite } from './ask-dynalite.ts';

const dynalite: (options: { createTableMs: number }) => Server = createRequire(import.meta.url)(
  'dynalite',
);

type AttributeName = (typeof ATTRIBUTES)[keyof typeof ATTRIBUTES];

/** A row with the attributes that are always named so, and those named after statuses. */
export type Row = Record<string, AttributeValue> & {
  readonly [name in AttributeName]?: AttributeValue;
};

export interface EventTableEmulator extends AsyncDisposable {
  /** For what tests do themselves. */
  readonly client: DynamoDBClient;
  /** As the functions call it, without a network between. */
  readonly dynamodb: CallAws;
  readonly read: ReadTable;
  readonly endpoint: string;
  readonly tableName: string;
  /** All rows but claims, which say where a message lies that may come under other names. */
  readonly rows: () => Promise<readonly Row[]>;
  /** Empties the table, and the record of operations. */
  readonly clear: () => Promise<void>;
  /** The operations that came, in order. */
  readonly operations: string[];
}

/** Of one `BatchWriteItem`. */
const MOST_WRITES = 25;

/** A table as deployed, in memory, in this process. */
export async function startEventTable(tableName = 'events'): Promise<EventTableEmulator> {
  rememberParsedExpressions();
  const server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const endpoint = `http://127.0.0.1:${port}`;
  const operations: string[] = [];
  server.on('request', (request) => {
    if (!(request instanceof IncomingMessage)) return;
    const { headers } = request;
    operations.push(String(headers['x-amz-target']).replace(/^.*\./, ''));
  });
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(createTable(tableName));
  await waitUntilTableExists(
    { client, minDelay: 0.01, maxDelay: 0.01, maxWaitTime: 10 },
    { TableName: tableName },
  );
  operations.length = 0;
  const askDirectly = askDynalite(server);
  const underWay = new Set<Promise<unknown>>();
  const closed = new AbortController();
  // Of what a test did not wait for, the rest is not begun once the table is gone.
  const ask: CallAws = async (...call) => {
    closed.signal.throwIfAborted();
    const answer = askDirectly(...call).finally(() => underWay.delete(answer));
    underWay.add(answer);
    return answer;
  };
  const askSoon = (operation: string, input: object) =>
    ask(operation, input, AbortSignal.timeout(3000));
  const dynamodb: CallAws = (operation, input, signal) => {
    operations.push(operation);
    return ask(operation, input, signal);
  };
  const allRows = async () => rowsOf(await askSoon('Scan', { TableName: tableName }));
  const rows = async () => (await allRows()).filter((row) => !(ATTRIBUTES.claimId in row));
  return {
    client,
    dynamodb,
    read: (operation, input) => dynamodb(operation, input, AbortSignal.timeout(3000)),
    endpoint,
    tableName,
    operations,
    rows,
    clear: async () => {
      const deletions = (await allRows()).flatMap(({ pk, sk }) =>
        pk === undefined || sk === undefined ? [] : [{ DeleteRequest: { Key: { pk, sk } } }],
      );
      for (let from = 0; from < deletions.length; from += MOST_WRITES) {
        const RequestItems = { [tableName]: deletions.slice(from, from + MOST_WRITES) };
        await askSoon('BatchWriteItem', { RequestItems });
      }
      operations.length = 0;
    },
    [Symbol.asyncDispose]: async () => {
      closed.abort();
      await Promise.allSettled(underWay);
      client.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function rowsOf(answer: unknown): readonly Row[] {
  const { Items } = isRecord(answer) ? answer : {};
  if (!isRows(Items)) throw new Error('the table answered with something that is no rows');
  return Items;
}

function isRows(items: unknown): items is readonly Row[] {
  return Array.isArray(items) && items.every(isRecord);
}

function createTable(tableName: string): CreateTableCommand {
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  const { partitionKey, sortKey, at, timelinePk, timelineAt } = ATTRIBUTES;
  const Projection = { ProjectionType: 'KEYS_ONLY' as const };
  return new CreateTableCommand({
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [partitionKey, sortKey, at, timelinePk, timelineAt].map(
      (AttributeName) => ({ AttributeName, AttributeType: 'S' }),
    ),
    KeySchema: key(partitionKey, sortKey),
    LocalSecondaryIndexes: [
      { IndexName: INDEXES.byTime, KeySchema: key(partitionKey, at), Projection },
    ],
    GlobalSecondaryIndexes: [
      { IndexName: INDEXES.timeline, KeySchema: key(timelinePk, timelineAt), Projection },
    ],
  });
}
