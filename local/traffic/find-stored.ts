import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { ATTRIBUTES } from '../../lambda/table/keys.ts';
import type { ExpectedEvent } from './expected.ts';

const { partitionKey, sortKey } = ATTRIBUTES;

/** Rows that DynamoDB returns for one request, at most. */
const ROWS_PER_REQUEST = 100;
const PAUSE_MS = 200;

type Row = Readonly<Record<string, AttributeValue>>;

/** Those of the events that the table holds. */
export async function findStored(
  client: DynamoDBClient,
  tableName: string,
  events: readonly ExpectedEvent[],
): Promise<ExpectedEvent[]> {
  const byRow = Map.groupBy(events, (event) => `${event.pk} ${event.sk}`);
  const rows = [...byRow.values()];
  const found: ExpectedEvent[] = [];
  for (let start = 0; start < rows.length; start += ROWS_PER_REQUEST) {
    const wanted = rows.slice(start, start + ROWS_PER_REQUEST).flat();
    for (const row of await readRows(client, tableName, wanted)) {
      const here = byRow.get(`${row[partitionKey]?.S} ${row[sortKey]?.S}`) ?? [];
      found.push(...here.filter(({ attribute }) => attribute === undefined || attribute in row));
    }
  }
  return found;
}

async function readRows(
  client: DynamoDBClient,
  tableName: string,
  events: readonly ExpectedEvent[],
): Promise<Row[]> {
  const keys = new Map(
    events.map(({ pk, sk }) => [
      `${pk} ${sk}`,
      { [partitionKey]: { S: pk }, [sortKey]: { S: sk } },
    ]),
  );
  const names = new Set([
    partitionKey,
    sortKey,
    ...events.flatMap((event) => event.attribute ?? []),
  ]);
  const aliases = [...names].map((name, index) => [`#${index}`, name] as const);
  const projection = {
    ProjectionExpression: aliases.map(([alias]) => alias).join(', '),
    ExpressionAttributeNames: Object.fromEntries(aliases),
  };
  const rows: Row[] = [];
  let unread: Record<string, AttributeValue>[] = [...keys.values()];
  while (unread.length > 0) {
    const request = { [tableName]: { Keys: unread, ...projection } };
    const answer = await client.send(new BatchGetItemCommand({ RequestItems: request }));
    for (const item of answer.Responses?.[tableName] ?? []) rows.push(item);
    const left = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    // Read again below: DynamoDB answers in part where it throttles.
    if (left.length > 0) await sleep(PAUSE_MS);
    unread = left;
  }
  return rows;
}
