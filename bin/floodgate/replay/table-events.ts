import type { CallAws } from '../../../lambda/adapters/aws-json.ts';
import { receivedEvents } from '../../../lambda/adapters/routed-events.ts';
import { type Item, textIn } from '../../../lambda/adapters/stored-rows.ts';
import { ATTRIBUTES as A, timeKey } from '../../../lambda/adapters/table-rows.ts';
import type { RoutedEvent } from '../../../lambda/domain/delivery.ts';
import { statusRank } from '../../../lambda/domain/status.ts';
import { unavailable } from '../deployed-stack.ts';
import { scanEvents } from '../scan-events.ts';

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
  tableName: string,
  span: TableSpan,
): AsyncGenerator<TablePage> {
  const explain = unavailable(`the table ${tableName} cannot be read`);
  const call: CallAws = (...request) => dynamodb(...request).catch(explain);
  const table = { dynamodb: call, tableName, now: Date.now };
  const receipt = { from: span.eventsFrom, to: span.to };
  const patience = () => AbortSignal.timeout(60_000);
  for await (const { rows, units } of scanEvents(table, receipt, patience)) {
    const read = rows.map((row) => eventsOf(row, span));
    yield {
      events: read.flatMap((events) => events ?? []),
      unreadable: read.filter((events) => events === undefined).length,
      units,
    };
  }
}

/** Undefined where the row is none that this release can read. */
function eventsOf(row: Item, span: TableSpan): readonly TableEvent[] | undefined {
  try {
    return receivedEvents({ before: undefined, after: row, changedAt: 0 })
      .map((event) => (event.kind === 'status' ? atItsTime(event) : event))
      .filter((event) => isWithin(event, span))
      .map((event) => ({ event, inGroup: placeInGroup(event, row) }));
  } catch {
    return undefined;
  }
}

function isWithin(
  { kind, receivedAt }: RoutedEvent,
  { eventsFrom, statusesFrom, to }: TableSpan,
): boolean {
  return receivedAt >= (kind === 'status' ? statusesFrom : eventsFrom) && receivedAt < to;
}

function atItsTime(status: RoutedEvent): RoutedEvent {
  return { ...status, receivedAt: status.occurredAt };
}

/** An event's is the order in which SQS took it; statuses of one second go as they rank. */
function placeInGroup({ kind, type, occurredAt }: RoutedEvent, row: Item): string {
  if (kind === 'status') return `${timeKey(occurredAt)}#${statusRank(type) ?? ''}`;
  return textIn(row, A.at)?.split('#')[1] ?? '';
}
