import type { Cursor } from '../../campaigns/cursor.ts';
import type { PartLine } from '../../campaigns/part.ts';

/** Recipients that are taken at a time. */
export const SEGMENT = 20;
/** A cursor that moves slowly is written so often all the same. */
export const WRITE_MS = 30_000;

/** A recipient whose turn comes. */
export interface Queued {
  readonly line: PartLine;
  /** Of the line in its part, and how long that is without its end. */
  readonly offset: number;
  readonly bytes: number;
  /** Of a triggered campaign: by which their row is found, and of which zone they are. */
  readonly trigger?: { readonly name: string; readonly zone: string };
  /** Why they get nothing. */
  passed?: string | undefined;
  isGiven: boolean;
  isDone: boolean;
}

/** Where a lane has recipients of a campaign from, in the order of their turns. */
export interface Supply {
  readonly cursor: Cursor;
  /** Recipients that were given, and that the cursor as it is written does not say. */
  readonly ahead: number;
  /** Whether there is more to write than was written. */
  readonly hasMoved: boolean;
  /** Whether everybody is done with, for good. */
  readonly isOver: boolean;
  /** Whether nobody is left to be given now, though some may be under way. */
  readonly isDrained: boolean;
  /** When somebody is due whose turn has not come, in ms since 1970; infinite where nobody is. */
  readonly comesAt: number;
  /** The first who was not given and is free. */
  readonly next: (isFree: (name: string) => boolean) => Queued | undefined;
  /** Begins to read who comes next where those at hand come to their end. Undefined where it need not. */
  readonly refill: () => Promise<void> | undefined;
  /** Reads anew what others may have changed. */
  readonly renew: () => Promise<void>;
  /** Somebody is done with. @param hour since 1970, where they count for the portfolio's limit */
  readonly done: (queued: Queued, hour: number | undefined) => Promise<void>;
  /** Somebody who was given is done with, and got nothing. */
  readonly pass: (queued: Queued, reason: string) => Promise<void>;
  /** Keeps how far it is. */
  readonly close: () => Promise<void>;
}

/** A cursor in whose hours one person more was sent to, of the last 25 alone. */
export function countedIn(cursor: Cursor, hour: number | undefined): Cursor {
  if (hour === undefined) return cursor;
  const { hours } = cursor;
  const recent = Object.entries(hours).filter(([past]) => Number(past) > hour - 25);
  return { ...cursor, hours: { ...Object.fromEntries(recent), [hour]: (hours[hour] ?? 0) + 1 } };
}
