import type { RoutedEvent } from '../events/routed-event.ts';
import { ATTRIBUTES as A, MEDIA_ATTRIBUTES, STATUS_PREFIXES } from '../table/keys.ts';
import {
  type Item,
  numberIn,
  type StoredStatus,
  statusesOf,
  textOf,
} from '../table/stored-rows.ts';
import { isOutgoing } from './outgoing-events.ts';
import { routedEvents } from './routed-events.ts';
import type { RowChange } from './row-change.ts';

/** In ms since 1970; `until` is no more within it. */
export interface Gap {
  readonly from: number;
  readonly until: number;
}

/**
 * A row that an earlier release wrote keeps when each status happened, by the provider's clock, and not
 * when it was received. What happened so long before the gap may have come within it.
 */
const STATUS_LATENESS_MS = 3_600_000;

/**
 * The events that a row tells of a time of which nobody followed the table's changes.
 *
 * None of a message that was sent from here: its row tells what it has come to, and not by which steps.
 */
export function missedEvents(row: Item, gap: Gap): readonly RoutedEvent[] {
  if (isOutgoing(row)) return [];
  return missedChanges(row, gap).flatMap(routedEvents);
}

function missedChanges(row: Item, gap: Gap): readonly RowChange[] {
  if (A.receivedAt in row) return changesOfEvent(row, gap);
  return statusesOf(row)
    .filter((status) => cameWithin(status, gap))
    .toSorted((one, other) => cameAt(one) - cameAt(other))
    .map(({ name, at }) => {
      const before = without(row, `${STATUS_PREFIXES.time}${name}`);
      return { before, after: row, changedAt: at };
    });
}

/** Whether a status came within a gap, whenever it happened. */
function cameWithin({ at, receivedAt }: StoredStatus, { from, until }: Gap): boolean {
  if (receivedAt !== undefined) return receivedAt >= from && receivedAt < until;
  return at >= from - STATUS_LATENESS_MS && at < until;
}

function cameAt({ at, receivedAt = at }: StoredStatus): number {
  return receivedAt;
}

/** That it was stored, and that it was settled what became of its file. */
function changesOfEvent(row: Item, { from, until }: Gap): readonly RowChange[] {
  const { newsAt } = MEDIA_ATTRIBUTES;
  const changes = [
    { before: undefined, after: row, changedAt: numberIn(row, A.receivedAt) },
    { before: without(row, newsAt), after: row, changedAt: numberIn(row, newsAt) },
  ];
  return changes.flatMap(({ changedAt = Number.NaN, ...change }) =>
    changedAt >= from && changedAt < until ? [{ ...change, changedAt }] : [],
  );
}

/** The row as if it had been told all but this. */
function without(row: Item, attribute: string): Item {
  const { [attribute]: _, ...rest } = row;
  return rest;
}

/** A place in its partition's order of time. */
export function timeOf(row: Item): string {
  return row[A.at]?.S ?? row[A.timelineAt]?.S ?? '';
}

export function partitionOf(row: Item): string {
  return textOf(row, A.partitionKey);
}
