import { receivedEvents } from '../../../lambda/changes/routed-events.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { statusRank } from '../../../lambda/events/status.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { ATTRIBUTES as A, timeKey } from '../../../lambda/table/keys.ts';
import { type Item, textIn } from '../../../lambda/table/stored-rows.ts';
import { unavailable } from '../stack/deployed-stack.ts';
import { scanEvents } from '../stack/scan-events.ts';

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

/** When what is meant was received, in ms since 1970. */
export interface ReplaySpan {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

/** Reads all the table, page by page, and picks out what a span holds; in no order. */
export async function* tablePages(
  dynamodb: CallAws,
  tableName: string,
  span: ReplaySpan,
): AsyncGenerator<TablePage> {
  const explain = unavailable(`the table ${tableName} cannot be read`);
  const call: CallAws = (...request) => dynamodb(...request).catch(explain);
  const table = { dynamodb: call, tableName, now: Date.now };
  const patience = () => AbortSignal.timeout(60_000);
  for await (const { rows, units } of scanEvents(table, span, patience)) {
    const read = rows.map((row) => eventsOf(row, span));
    yield {
      events: read.flatMap((events) => events ?? []),
      unreadable: read.filter((events) => events === undefined).length,
      units,
    };
  }
}

/** Undefined where the row is none that this release can read. */
function eventsOf(row: Item, { from, to }: ReplaySpan): readonly TableEvent[] | undefined {
  try {
    return receivedEvents({ before: undefined, after: row, changedAt: UNKNOWN })
      .map((event) => (event.receivedAt === UNKNOWN ? atItsTime(event) : event))
      .filter(({ receivedAt }) => receivedAt >= from && receivedAt < to)
      .map((event) => ({ event, inGroup: placeInGroup(event, row) }));
  } catch {
    return undefined;
  }
}

/** Of a status that an earlier release stored nobody knows when it was received. */
const UNKNOWN = 0;

function atItsTime(status: RoutedEvent): RoutedEvent {
  return { ...status, receivedAt: status.occurredAt };
}

/** An event's is the order in which SQS took it; statuses of one second go as they rank. */
function placeInGroup({ kind, type, occurredAt }: RoutedEvent, row: Item): string {
  if (kind === 'status') return `${timeKey(occurredAt)}#${statusRank(type) ?? ''}`;
  return textIn(row, A.at)?.split('#')[1] ?? '';
}
