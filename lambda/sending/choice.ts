import type { OutgoingMessage } from '../table/outgoing-message.ts';
import type { WaitingRow } from './outbox-table.ts';

/** A message that waits, or that was drawn from a campaign's part, as its lane sees it. */
export interface LaneRow extends WaitingRow {
  /** Sort key of its row. */
  readonly key: string;
  /** What was drawn and never waited: it has no row in the lane. */
  readonly drawn?: OutgoingMessage;
  /** No two messages of a contact are under way at once. */
  readonly contact: string;
}

/** What a lane knows of its contacts beside what waits. */
export interface Held {
  /** Keys of rows that it has dealt with, or is at. */
  readonly taken: ReadonlySet<string>;
  readonly underWay: ReadonlySet<string>;
  /** Contacts, and until when nothing goes to them. */
  readonly until: ReadonlyMap<string, number>;
  /** When a campaign may send to the recipient of a row; infinite while it may not. @default at once */
  readonly opensAt?: (row: LaneRow) => number;
}

/**
 * The message that goes next: every reply before any campaign, of each class in order, and of a contact
 * none while an earlier one waits for its next try.
 *
 * @param rows replies first, each class in the order of its keys
 */
export function nextToSend(rows: readonly LaneRow[], held: Held, now: number): LaneRow | undefined {
  return firstOfEach(rows, held).find((row) => readyAt(row, held) <= now);
}

/**
 * When the first of what is left can go; infinite where nothing is left.
 *
 * What waits for the end of what is under way to its contact is left out: nobody knows when that is.
 */
export function earliestReady(rows: readonly LaneRow[], held: Held): number {
  const ready = firstOfEach(rows, held).map((row) => readyAt(row, held));
  return Math.min(Number.POSITIVE_INFINITY, ...ready);
}

/** The one message of each contact that may be next. */
function firstOfEach(rows: readonly LaneRow[], held: Held): LaneRow[] {
  const passed = new Set(held.underWay);
  return rows.filter(({ key, contact }) => {
    if (held.taken.has(key) || passed.has(contact)) return false;
    passed.add(contact);
    return true;
  });
}

function readyAt(row: LaneRow, { until, opensAt }: Held): number {
  const { contact, dueAt, notBefore = 0, recipient } = row;
  const opening = recipient === undefined ? 0 : (opensAt?.(row) ?? 0);
  return Math.max(dueAt, notBefore, until.get(contact) ?? 0, opening);
}
