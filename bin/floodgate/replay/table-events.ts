import type { ScanCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallAws } from '../../../lambda/adapters/aws-json.ts';
import { routedEvents } from '../../../lambda/adapters/routed-events.ts';
import {
  type Item,
  isHidden,
  textIn,
  toItem,
  toItems,
} from '../../../lambda/adapters/stored-rows.ts';
import {
  ATTRIBUTES as A,
  MESSAGE_SORT_KEY,
  PARTICIPANT_PREFIX,
  timeKey,
} from '../../../lambda/adapters/table-rows.ts';
import { numberValue, textValue } from '../../../lambda/adapters/update-expression.ts';
import type { RoutedEvent } from '../../../lambda/domain/delivery.ts';
import { memberOf } from '../../../lambda/domain/json-source.ts';
import { statusRank } from '../../../lambda/domain/status.ts';
import { unavailable } from '../deployed-stack.ts';

/** An event of a row, and its place among those of its group. */
export interface TableEvent {
  readonly event: RoutedEvent;
  /** Sorts as the events of one group came. */
  readonly inGroup: string;
}

export interface TablePage {
  readonly events: readonly TableEvent[];
  /** Rows of events that this release cannot read. */
  readonly unreadable: number;
  /** Read units that it took. */
  readonly units: number;
}

export interface TableSpan {
  /** Events received from then on, in ms since 1970. */
  readonly eventsFrom: number;
  /** Statuses from then on, by the provider's time: when one was received, no row says. */
  readonly statusesFrom: number;
  /** Not included. */
  readonly to: number;
}

/** Reads all the table, page by page, and picks out what a span holds; in no order. */
export async function* tablePages(
  dynamodb: CallAws,
  TableName: string,
  span: TableSpan,
): AsyncGenerator<TablePage> {
  const explain = unavailable(`the table ${TableName} cannot be read`);
  const input = { TableName, ...scanOf(span) } satisfies ScanCommandInput;
  let next: Item | undefined;
  do {
    const signal = AbortSignal.timeout(60_000);
    const start = next === undefined ? {} : { ExclusiveStartKey: next };
    const answer = await dynamodb('Scan', { ...input, ...start }, signal).catch(explain);
    const read = toItems(memberOf(answer, 'Items')).map((row) => eventsOf(row, span));
    const units = memberOf(memberOf(answer, 'ConsumedCapacity'), 'CapacityUnits');
    yield {
      events: read.flatMap((events) => events ?? []),
      unreadable: read.filter((events) => events === undefined).length,
      units: typeof units === 'number' ? units : 0,
    };
    const last = memberOf(answer, 'LastEvaluatedKey');
    next = last === undefined ? undefined : toItem(last);
  } while (next !== undefined);
}

function scanOf({ eventsFrom, to }: TableSpan): Omit<ScanCommandInput, 'TableName'> {
  return {
    FilterExpression:
      '(#received >= :from AND #received < :to) OR #sk = :message OR begins_with(#sk, :participant)',
    ExpressionAttributeNames: { '#received': A.receivedAt, '#sk': A.sortKey },
    ExpressionAttributeValues: {
      ':from': numberValue(eventsFrom),
      ':to': numberValue(to),
      ':message': textValue(MESSAGE_SORT_KEY),
      ':participant': textValue(PARTICIPANT_PREFIX),
    },
    ReturnConsumedCapacity: 'TOTAL',
  };
}

/** Undefined where the row is none that this release can read. */
function eventsOf(row: Item, { statusesFrom, to }: TableSpan): readonly TableEvent[] | undefined {
  if (isHidden(row, Date.now())) return [];
  try {
    return routedEvents({ before: undefined, after: row, changedAt: 0 })
      .map((event) => (event.kind === 'status' ? atItsTime(event) : event))
      .filter(
        ({ kind, occurredAt }) =>
          kind !== 'status' || (occurredAt >= statusesFrom && occurredAt < to),
      )
      .map((event) => ({ event, inGroup: placeInGroup(event, row) }));
  } catch {
    return undefined;
  }
}

function atItsTime(status: RoutedEvent): RoutedEvent {
  return { ...status, receivedAt: status.occurredAt };
}

/** An event's is the order in which SQS took it; statuses of one second go as they rank. */
function placeInGroup({ kind, type, occurredAt }: RoutedEvent, row: Item): string {
  if (kind === 'status') return `${timeKey(occurredAt)}#${statusRank(type) ?? ''}`;
  return textIn(row, A.at)?.split('#')[1] ?? '';
}
