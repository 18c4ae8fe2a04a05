import { contactGroup } from '../events/event.ts';
import { timeOfPosition } from '../events/newest-first.ts';
import { timeKey } from '../table/keys.ts';
import type { TimelineSpan } from '../table/query-table.ts';
import { lastKeyAt, type TableReader } from '../table/reader-table.ts';
import type { StoredEvent } from '../table/stored-rows.ts';
import type { NamePeriod } from './name-periods.ts';

export type PeriodSpan = Omit<TimelineSpan, 'pageSize'>;

/** The parts of partitions in which a contact's rows lie. */
export function spansOf(channel: string, periods: readonly NamePeriod[]): PeriodSpan[] {
  return periods.map(({ name, from, until }) => ({
    group: contactGroup(channel, name),
    from: timeKey(from),
    until: lastKeyAt(until),
  }));
}

/** What of the spans comes at or after a position, newest first. */
export function spansFrom(
  spans: readonly PeriodSpan[],
  position: string | undefined,
): PeriodSpan[] {
  if (position === undefined) return [...spans];
  const newest = timeOfPosition(position);
  return spans
    .filter(({ from }) => from <= newest)
    .map((span) => ({ ...span, until: span.until < newest ? span.until : newest }));
}

/** Everything said with a contact, as one source a span and index. */
export function sourcesOf(
  table: Pick<TableReader, 'eventKeys' | 'messageKeys'>,
  spans: readonly PeriodSpan[],
  pageSize: number,
) {
  return spans.flatMap((span) => [
    table.eventKeys({ ...span, pageSize }),
    table.messageKeys({ ...span, pageSize }),
  ]);
}

export function isWithin(
  { pk, at }: Pick<StoredEvent, 'pk' | 'at'>,
  { group, from, until }: PeriodSpan,
): boolean {
  return pk === group && from <= at && at <= until;
}

/** Milliseconds since 1970 of a sort key by time. */
export function timeOf(at: string): number {
  return Number.parseInt(at, 10);
}
