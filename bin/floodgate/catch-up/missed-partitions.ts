import type { CallAws } from '../../../lambda/adapters/aws-json.ts';
import { type Gap, partitionOf, timeOf } from '../../../lambda/adapters/missed-changes.ts';
import { type Item, isHidden, toItem, toItems } from '../../../lambda/adapters/stored-rows.ts';
import {
  ATTRIBUTES as A,
  MESSAGE_SORT_KEY,
  PARTICIPANT_PREFIX,
} from '../../../lambda/adapters/table-rows.ts';
import { numberValue, textValue } from '../../../lambda/adapters/update-expression.ts';
import { memberOf } from '../../../lambda/domain/json-source.ts';

/**
 * The rows that may tell of events of a time, a partition at a time, each in the order of time.
 *
 * Reads the whole table, whose rows lie side by side by partition.
 */
export async function* missedPartitions(
  dynamodb: CallAws,
  TableName: string,
  gap: Gap,
  signal: AbortSignal,
): AsyncIterable<readonly Item[]> {
  let partition: Item[] = [];
  for await (const row of scan(dynamodb, TableName, gap, signal)) {
    const [first] = partition;
    if (first !== undefined && partitionOf(first) !== partitionOf(row)) {
      yield inOrder(partition);
      partition = [];
    }
    partition.push(row);
  }
  if (partition.length > 0) yield inOrder(partition);
}

async function* scan(
  dynamodb: CallAws,
  TableName: string,
  gap: Gap,
  signal: AbortSignal,
): AsyncIterable<Item> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await dynamodb(
      'Scan',
      { TableName, ...filterBy(gap), ...(ExclusiveStartKey && { ExclusiveStartKey }) },
      signal,
    );
    const rows = toItems(memberOf(page, 'Items'));
    yield* rows.filter((row) => !isHidden(row, Date.now()));
    const next = memberOf(page, 'LastEvaluatedKey');
    ExclusiveStartKey = next === undefined ? undefined : toItem(next);
  } while (ExclusiveStartKey !== undefined);
}

function filterBy({ from, until }: Gap) {
  return {
    FilterExpression:
      '#received BETWEEN :from AND :until OR #sort = :message OR begins_with(#sort, :participant)',
    ExpressionAttributeNames: { '#received': A.receivedAt, '#sort': A.sortKey },
    ExpressionAttributeValues: {
      ':from': numberValue(from),
      ':until': numberValue(until),
      ':message': textValue(MESSAGE_SORT_KEY),
      ':participant': textValue(PARTICIPANT_PREFIX),
    },
  };
}

function inOrder(rows: readonly Item[]): readonly Item[] {
  return rows.toSorted((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1));
}
