import type { CallAws } from '../shared/aws/json-protocol.ts';
import {
  type Check,
  failedChecks,
  isListOf,
  isOneOf,
  isOptional,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { isRecord } from '../shared/json/json-source.ts';
import { daysBetween } from '../shared/json/moment.ts';
import {
  ATTRIBUTES as A,
  deliveriesPartition,
  deliveriesPartitions,
  timeKey,
  timeOfKey,
} from '../table/keys.ts';
import { tableQueries } from '../table/query-table.ts';
import { type Item, isHidden, keyOf, textOf } from '../table/stored-rows.ts';
import { textValue } from '../table/update-expression.ts';
import { latestKeyFirst } from './latest-key-first.ts';
import { KEPT_SECONDS, type LoggedAttempt, OUTCOMES } from './log-table.ts';

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

/** Of each of the partitions that are merged. */
const ROWS_A_READ = 25;

/** By so much the clock of who wrote may be ahead. */
const CLOCKS_MS = 3_600_000;

/** After every key by time. */
const LATEST = '~';

export function deliveryLogReader(
  dynamodb: CallAws,
  tableName: string,
  now: () => number,
): ReadDeliveryLog {
  return async function* read({ subscriberId, since, until }, signal) {
    const queries = tableQueries((...query) => dynamodb(...query, signal), tableName);

    async function* rowsOf(partition: string) {
      const rows = queries.all({
        KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :until',
        ExpressionAttributeNames: { '#pk': A.partitionKey, '#sk': A.sortKey },
        ExpressionAttributeValues: {
          ':pk': textValue(partition),
          ':from': textValue(timeKey(since)),
          ':until': textValue(until ?? LATEST),
        },
        ScanIndexForward: false,
        Limit: ROWS_A_READ,
      });
      for await (const row of rows) {
        if (!isHidden(row, now())) yield { key: keyOf(row).sk, tries: triesOf(row) };
      }
    }

    async function* oneAfterAnother(partitions: readonly string[]) {
      for (const partition of partitions) yield* rowsOf(partition);
    }

    const oldest = Math.max(since, now() - KEPT_SECONDS * 1000);
    const newest = until === undefined ? now() + CLOCKS_MS : timeOfKey(until);
    const days = daysBetween(oldest, newest).map((day) => deliveriesPartitions(subscriberId, day));
    const lanes = days[0]?.map((_, lane) => days.flatMap((partitions) => partitions[lane] ?? []));
    // The first: what a release before this one wrote, all days together.
    const sources = [[deliveriesPartition(subscriberId)], ...(lanes ?? [])];
    yield* latestKeyFirst(sources.map(oneAfterAnother));
  };
}

function triesOf(row: Item): LoggedAttempt[] {
  const json: unknown = JSON.parse(textOf(row, A.attempts));
  if (!isTryList(json)) throw new Error('a row of the log of deliveries that is none');
  return json.toSorted((one, other) => other.at - one.at);
}

const TRY = {
  eventId: isText,
  what: isOptional(isText),
  at: isWhole,
  try: isWhole,
  status: isOptional(isWhole),
  latencyMs: (value) => typeof value === 'number',
  outcome: isOneOf(...OUTCOMES),
  fault: isOptional(isText),
  answer: isOptional(isText),
} satisfies Record<keyof LoggedAttempt, Check>;

const isList = isListOf((one) => isRecord(one) && failedChecks(one, TRY).length === 0);

function isTryList(value: unknown): value is LoggedAttempt[] {
  return isList(value);
}
