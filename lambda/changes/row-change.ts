import type { Item } from '../table/stored-rows.ts';

/** What one write did to one row. */
export interface RowChange {
  /** Undefined where the row is new. */
  readonly before: Item | undefined;
  /** Undefined where the row was deleted. */
  readonly after: Item | undefined;
  /** When it was written, in ms since 1970: what a row that an earlier release wrote tells was received then. */
  readonly changedAt: number;
}
