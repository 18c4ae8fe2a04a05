import {
  type Check,
  failedChecks,
  isListOf,
  isOneOf,
  isOptional,
  isText,
  isWhole,
} from '../domain/checks.ts';
import { isRecord } from '../domain/json-source.ts';
import type { CallAws } from './aws-json.ts';
import { type LoggedAttempt, OUTCOMES } from './delivery-log.ts';
import { type Item, isHidden, keyOf, textOf } from './stored-rows.ts';
import { tableQueries } from './table-queries.ts';
import { ATTRIBUTES as A, deliveriesPartition, timeKey } from './table-rows.ts';
import { textValue } from './update-expression.ts';

/** What one invocation tried to deliver to one subscriber. */
export interface LoggedRow {
  /** Sorts as text by time. */
  readonly key: string;
  /** The latest first. */
  readonly tries: readonly LoggedAttempt[];
}

interface LogSpan {
  readonly subscriberId: string;
  /** In ms since 1970. */
  readonly since: number;
  /** Key of the row to begin with. @default the newest */
  readonly until?: string | undefined;
}

/** Rows of the log, newest first, read as they are asked for. */
export type ReadDeliveryLog = (span: LogSpan, signal: AbortSignal) => AsyncIterable<LoggedRow>;

const ROWS_A_READ = 100;

/** After every key by time. */
const LATEST = '~';

export function deliveryLogReader(
  dynamodb: CallAws,
  tableName: string,
  now: () => number,
): ReadDeliveryLog {
  return async function* read({ subscriberId, since, until = LATEST }, signal) {
    const queries = tableQueries((...query) => dynamodb(...query, signal), tableName);
    const rows = queries.all({
      KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :until',
      ExpressionAttributeNames: { '#pk': A.partitionKey, '#sk': A.sortKey },
      ExpressionAttributeValues: {
        ':pk': textValue(deliveriesPartition(subscriberId)),
        ':from': textValue(timeKey(since)),
        ':until': textValue(until),
      },
      ScanIndexForward: false,
      Limit: ROWS_A_READ,
    });
    for await (const row of rows) {
      if (!isHidden(row, now())) yield { key: keyOf(row).sk, tries: triesOf(row) };
    }
  };
}

function triesOf(row: Item): LoggedAttempt[] {
  const json: unknown = JSON.parse(textOf(row, A.attempts));
  if (!isTryList(json)) throw new Error('a row of the log of deliveries that is none');
  return json.toSorted((one, other) => other.at - one.at);
}

const TRY = {
  eventId: isText,
  at: isWhole,
  try: isWhole,
  status: isOptional(isWhole),
  latencyMs: (value) => typeof value === 'number',
  outcome: isOneOf(...OUTCOMES),
  fault: isOptional(isText),
} satisfies Record<keyof LoggedAttempt, Check>;

const isList = isListOf((one) => isRecord(one) && failedChecks(one, TRY).length === 0);

function isTryList(value: unknown): value is LoggedAttempt[] {
  return isList(value);
}
