import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { memberOf } from '../../../lambda/shared/json/json-source.ts';
import {
  ATTRIBUTES as A,
  MEDIA_ATTRIBUTES,
  MESSAGE_SORT_KEY,
  PARTICIPANT_PREFIX,
} from '../../../lambda/table/keys.ts';
import { type Item, isHidden, toItem, toItems } from '../../../lambda/table/stored-rows.ts';
import { numberValue, textValue } from '../../../lambda/table/update-expression.ts';

export interface ScannedTable {
  readonly dynamodb: CallAws;
  readonly tableName: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface ScannedPage {
  /** Without those that are forgotten or have expired. */
  readonly rows: readonly Item[];
  /** Read units that it took. */
  readonly units: number;
}

/** In ms since 1970; `to` is not included. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads the whole table: the rows of events that were received in a span, or whose file was settled in
 * it, and those of all sent messages, which tell of their statuses. A partition's rows come one after
 * another.
 */
export async function* scanEvents(
  { dynamodb, tableName: TableName, now }: ScannedTable,
  span: Span,
  signalOfPage: () => AbortSignal,
): AsyncGenerator<ScannedPage> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await dynamodb(
      'Scan',
      { TableName, ...filterBy(span), ...(ExclusiveStartKey && { ExclusiveStartKey }) },
      signalOfPage(),
    );
    const units = memberOf(memberOf(page, 'ConsumedCapacity'), 'CapacityUnits');
    yield {
      rows: toItems(memberOf(page, 'Items')).filter((row) => !isHidden(row, now())),
      units: typeof units === 'number' ? units : 0,
    };
    const next = memberOf(page, 'LastEvaluatedKey');
    ExclusiveStartKey = next === undefined ? undefined : toItem(next);
  } while (ExclusiveStartKey !== undefined);
}

function filterBy({ from, to }: Span) {
  return {
    FilterExpression:
      '(#received >= :from AND #received < :to) OR (#news >= :from AND #news < :to) OR #sk = :message OR begins_with(#sk, :participant)',
    ExpressionAttributeNames: {
      '#received': A.receivedAt,
      '#news': MEDIA_ATTRIBUTES.newsAt,
      '#sk': A.sortKey,
    },
    ExpressionAttributeValues: {
      ':from': numberValue(from),
      ':to': numberValue(to),
      ':message': textValue(MESSAGE_SORT_KEY),
      ':participant': textValue(PARTICIPANT_PREFIX),
    },
    ReturnConsumedCapacity: 'TOTAL',
  };
}
