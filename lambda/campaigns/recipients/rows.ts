/** A row of a file of recipients. */
export interface Row {
  /** As a spreadsheet counts: what names the columns is row 1. Of NDJSON, the line. */
  readonly row: number;
  /** In the order of the columns. Where there are more, the row is not what it seems. */
  readonly cells: readonly string[];
}

/** A file of recipients that is being read. */
export interface RecipientRows {
  readonly columns: readonly string[];
  /** Read as they are asked for, some hundreds at once. Throws a `FileFault` where they end in one. */
  readonly batches: AsyncIterable<readonly Row[]>;
}

/** Of one row, and of a line of JSON, in characters. A million of them are 25 GB, which no file has. */
export const MAX_ROW_LENGTH = 100_000;

/** Of one file. */
export const MAX_ROWS = 1_000_000;

/** More than any sender of tables has. */
export const MAX_COLUMNS = 1000;
