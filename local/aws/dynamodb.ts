import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import type { Item } from 'dynalite/db/index.js';
import * as z from 'zod/mini';
import { KEEPS_NOTHING, type Keep } from '../keep/keep.ts';
import {
  actionOf,
  type FaultHook,
  faultyServer,
  type LoopbackServer,
  listenPreferably,
  readBody,
} from '../loopback-server.ts';
import { authenticator } from '../signature/authenticator.ts';
import { signedFetch } from '../signature/signed-fetch.ts';
import type { Resource } from '../template/template.ts';
import { type Guard, sendError } from './json-protocol.ts';
import { rememberParsedExpressions } from './parsed-expressions.ts';
import { hearChanges, type OnChange } from './table-changes.ts';

const MAX_ITEM_KB = 400;

export interface DynamoDbOptions {
  readonly tables: readonly Table[];
  /** Hears of each write that changes something. */
  readonly onChange: OnChange;
  readonly faults: FaultHook;
  readonly guard: Guard;
  /** The stack's time in ms since 1970. */
  readonly now: () => number;
  /** @default any free one */
  readonly port?: number;
  /** @default nothing is kept */
  readonly keep?: Keep | undefined;
}

type Table = Pick<
  Resource<'table'>,
  'ref' | 'AttributeDefinitions' | 'KeySchema' | 'LocalSecondaryIndexes' | 'GlobalSecondaryIndexes'
>;

/** As the emulator has it. */
const item = z.custom<Item>((json) => typeof json === 'object' && json !== null);

/** Most that one request puts. */
const MOST_PUT = 25;

/** An in-memory DynamoDB with the tables of the template, and in them what was kept. */
export async function serveDynamoDb({
  tables,
  onChange,
  faults,
  guard,
  now,
  port = 0,
  keep = KEEPS_NOTHING,
}: DynamoDbOptions): Promise<LoopbackServer> {
  rememberParsedExpressions();
  const noDelays = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const options = { ...noDelays, maxItemSizeKb: MAX_ITEM_KB };
  const emulator = dynalite(options);
  const authenticate = authenticator('dynamodb', now);
  const server = await listenPreferably(
    faultyServer(async (request, response) => {
      try {
        const body = (await readBody(request)) ?? Buffer.of();
        const { accessKeyId } = authenticate(request, body);
        guard(accessKeyId, actionOf(request), JSON.parse(String(body)));
        handOver(emulator, request, response, body);
      } catch (error) {
        sendError(response, error, 'application/x-amz-json-1.0');
      }
    }, faults),
    port,
  );
  const shelves = new Map(
    tables.map(({ ref }) => [ref, keep.shelf(`table.${ref}`, (json) => item.parse(json))]),
  );
  for (const table of tables) {
    await createTable(server.url, table);
    const items = shelves.get(table.ref)?.entries() ?? [];
    await putItems(
      server.url,
      table.ref,
      items.map(([, kept]) => kept),
    );
  }
  // Only now: what is kept is no change.
  hearChanges(options, (table, change) =>
    keep.together(() => {
      const key = JSON.stringify(change.keys);
      if (change.newImage === undefined) shelves.get(table)?.remove(key);
      else shelves.get(table)?.put(key, change.newImage);
      onChange(table, change);
    }),
  );
  return server;
}

async function putItems(url: string, table: string, items: readonly Item[]): Promise<void> {
  for (let start = 0; start < items.length; start += MOST_PUT) {
    const puts = items.slice(start, start + MOST_PUT).map((Item) => ({ PutRequest: { Item } }));
    await call(url, 'BatchWriteItem', { RequestItems: { [table]: puts } });
  }
}

/** Dynalite reads a request itself, so it gets one that says the same again. */
function handOver(
  emulator: EventEmitter,
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  const request = Object.assign(new EventEmitter(), { method, url, headers });
  emulator.emit('request', request, response);
  request.emit('data', body);
  request.emit('end');
}

async function createTable(url: string, table: Table): Promise<void> {
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
  const response = await signedFetch({
    ...{ service: 'dynamodb', url, method: 'POST', body: JSON.stringify(input) },
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${action}`,
    },
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`DynamoDB refused ${action}: ${answer}`);
  return answer;
}
