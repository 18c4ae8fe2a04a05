import {
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './stored-rows.ts';
import { ATTRIBUTES as A } from './table-rows.ts';
import { textValue } from './update-expression.ts';

type Query = Omit<QueryCommandInput, 'TableName'>;

/** A stretch of a contact's partition, both ends included. */
export interface TimelineSpan {
  /** The contact's group. */
  readonly group: string;
  /** Sort keys by time. */
  readonly from: string;
  readonly until: string;
  /** How many keys are read at a time. */
  readonly pageSize: number;
}

export interface TableQueries {
  /** One read: up to 1 MB, or as many items as the query's limit says. */
  readonly some: (
    input: Query,
  ) => Promise<{ readonly items: readonly Item[]; readonly isAll: boolean }>;
  /** All items, read as they are asked for. */
  readonly all: (input: Query) => AsyncIterable<Item>;
}

export function tableQueries(client: DynamoDBClient, TableName: string): TableQueries {
  async function* all(input: Query) {
    let start: Item | undefined;
    do {
      const from = start === undefined ? {} : { ExclusiveStartKey: start };
      const answer = await client.send(new QueryCommand({ TableName, ...input, ...from }));
      yield* answer.Items ?? [];
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
  }

  return {
    some: async (input) => {
      const answer = await client.send(new QueryCommand({ TableName, ...input }));
      return { items: answer.Items ?? [], isAll: answer.LastEvaluatedKey === undefined };
    },
    all,
  };
}

export function byKey(attribute: string, value: string) {
  return {
    KeyConditionExpression: '#key = :key',
    ExpressionAttributeNames: { '#key': attribute },
    ExpressionAttributeValues: { ':key': textValue(value) },
  };
}

export function byKeyAndPrefix(partition: string, prefix: string) {
  return {
    KeyConditionExpression: '#key = :key AND begins_with(#sort, :prefix)',
    ExpressionAttributeNames: { '#key': A.partitionKey, '#sort': A.sortKey },
    ExpressionAttributeValues: { ':key': textValue(partition), ':prefix': textValue(prefix) },
  };
}

export function newestFirst(
  index: string,
  partitionKey: string,
  sortKey: string,
  { group, from, until, pageSize }: TimelineSpan,
) {
  return {
    IndexName: index,
    KeyConditionExpression: '#key = :key AND #at BETWEEN :from AND :until',
    ExpressionAttributeNames: { '#key': partitionKey, '#at': sortKey },
    ExpressionAttributeValues: {
      ':key': textValue(group),
      ':from': textValue(from),
      ':until': textValue(until),
    },
    ScanIndexForward: false,
    Limit: pageSize,
  };
}
