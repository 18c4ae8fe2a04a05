import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { memberOf } from '../shared/json/json-source.ts';
import { ATTRIBUTES as A } from './keys.ts';
import { type Item, toItem, toItems } from './stored-rows.ts';
import { textValue } from './update-expression.ts';

type Query = Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'> & {
  readonly ExclusiveStartKey?: Item;
};

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

/** Calls an operation that reads; resolves with its output. */
export type ReadTable = (operation: 'Query' | 'BatchGetItem', input: object) => Promise<unknown>;

export function tableQueries(read: ReadTable, TableName: string): TableQueries {
  async function page(input: Query) {
    const answer = await read('Query', { TableName, ...input });
    const next = memberOf(answer, 'LastEvaluatedKey');
    return {
      items: toItems(memberOf(answer, 'Items')),
      next: next === undefined ? undefined : toItem(next),
    };
  }

  async function* all(input: Query) {
    let { items, next } = await page(input);
    yield* items;
    while (next !== undefined) {
      ({ items, next } = await page({ ...input, ExclusiveStartKey: next }));
      yield* items;
    }
  }

  return {
    some: async (input) => {
      const { items, next } = await page(input);
      return { items, isAll: next === undefined };
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
