import { CsvError, type Parser, parse } from 'csv-parse';
import { UNREADABLE } from './decoded.ts';
import { FileFault } from './file-fault.ts';
import { MAX_COLUMNS, MAX_ROW_LENGTH, MAX_ROWS, type RecipientRows, type Row } from './rows.ts';

const SEPARATORS = [',', ';', '\t'] as const;

/** Rows of CSV, of which the first names the columns. Throws a `FileFault` where it does not. */
export async function csvRows(texts: AsyncIterator<string>): Promise<RecipientRows> {
  const text = await beginning(texts);
  const before = BEFORE.exec(text);
  const rest = text.slice(before?.[0].length ?? 0);
  const delimiter = before?.[2] ?? separatorOf(FIRST_ROW.exec(rest)?.[0] ?? rest);
  const blank = (before?.[1] ?? '').split('\n').length - 1;
  const records = recordsOf(rest, texts, { delimiter, blank });
  const { value } = await records.next();
  const [header, ...others] = value ?? [];
  if (header === undefined) throw new FileFault('the file has no rows');
  const columns = columnsOf(header);
  async function* batches() {
    yield others;
    yield* records;
  }
  return { columns, batches: batches() };
}

/** As much of the text as has a row in it. */
async function beginning(texts: AsyncIterator<string>): Promise<string> {
  let text = '';
  while (text.length < MAX_ROW_LENGTH) {
    const { value, done } = await texts.next();
    if (done) break;
    text += value;
    if (FIRST_ROW.test(text.slice(BEFORE.exec(text)?.[0].length ?? 0))) break;
  }
  return text;
}

/** Lines without anything, and the line by which Excel is told the separator. */
const BEFORE = /^((?: *\r?\n)*)(?:sep=([,;\t])\r?\n)?/i;

/** Up to a line's end that is not within quotes. */
const FIRST_ROW = /^(?:[^"\r\n]|"[^"]*")+(?=[\r\n])/;

/** The one that stands in it most, outside quotes. */
function separatorOf(row: string): string {
  const bare = row.replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((one) => bare.split(one).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function columnsOf({ row, cells }: Row): readonly string[] {
  if (cells.length > MAX_COLUMNS) {
    throw new FileFault(`the file has ${cells.length} columns, of ${MAX_COLUMNS} at most`, { row });
  }
  const columns = cells.map((cell, at) => cell.trim() || `column ${at + 1}`);
  const twice = columns.find((column, at) => columns.indexOf(column) < at);
  if (twice === undefined) return columns;
  throw new FileFault(`two columns are named ${twice}`, { row, column: twice });
}

/** Those of each text at once. */
async function* recordsOf(
  first: string,
  texts: AsyncIterator<string>,
  { delimiter, blank }: { readonly delimiter: string; readonly blank: number },
): AsyncGenerator<readonly Row[], undefined> {
  const reading = aReading(blank);
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: MAX_ROW_LENGTH,
    on_record: reading.take,
  });
  // Of each write it is told once more by the promise.
  parser.on('error', () => {});
  let last = first;
  try {
    for (let text: string | undefined = first; text !== undefined; text = await nextOf(texts)) {
      last = text;
      await written(parser, text);
      const taken = reading.taken();
      if (taken.length > 0) yield taken;
    }
    await ended(parser);
  } catch (error) {
    throw error instanceof CsvError ? reading.faultOf(error, last.endsWith(UNREADABLE)) : error;
  } finally {
    parser.destroy();
  }
  const taken = reading.taken();
  if (last.endsWith(UNREADABLE)) throw reading.unreadable();
  if (taken.length > 0) yield taken;
  return undefined;
}

async function nextOf(texts: AsyncIterator<string>): Promise<string | undefined> {
  const { value, done } = await texts.next();
  return done ? undefined : value;
}

function written(parser: Parser, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  parser.write(text, (error) => (error ? reject(error) : resolve()));
  return promise;
}

function ended(parser: Parser): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  parser.once('error', reject).once('end', resolve).resume().end();
  return promise;
}

/** Counts rows and gathers them. @param blank rows without anything that come before */
function aReading(blank: number) {
  let row = blank;
  let found = 0;
  let columns: readonly string[] = [];
  let batch: Row[] = [];
  let latest: Row = { row: 1, cells: [] };
  const placeOf = (index: number) => ({
    row: row + 1,
    column: columns[index]?.trim() || String(index + 1),
  });
  return {
    /** Answers nothing, so that the parser keeps nothing. */
    take: (cells: string[]): null => {
      row += 1;
      latest = { row, cells };
      if (cells.length === 1 && cells[0]?.trim() === '') return null;
      if (columns.length === 0) columns = cells;
      found += 1;
      batch.push(latest);
      return null;
    },
    taken: (): readonly Row[] => {
      if (found > MAX_ROWS + 1) {
        throw new FileFault(`the file has more than ${MAX_ROWS} rows`, { row });
      }
      const taken = batch;
      batch = [];
      return taken;
    },
    faultOf: (error: CsvError, isUnreadable: boolean): FileFault => {
      const index = Number(error['column']);
      const place = placeOf(Number.isInteger(index) ? index : 0);
      if (isUnreadable) return new FileFault(NO_ENCODING, place);
      return new FileFault(WORDS[error.code] ?? 'the file is no CSV here', place);
    },
    /** The text ends in what is none. */
    unreadable: (): FileFault => {
      const index = latest.cells.findIndex((cell) => cell.includes(UNREADABLE));
      const { column } = placeOf(Math.max(index, 0));
      return new FileFault(NO_ENCODING, { row: latest.row, column });
    },
  };
}

export const NO_ENCODING =
  'here is what is neither UTF-8, UTF-16 nor Windows-1252, or not the one that the file begins with: save it as UTF-8';

const QUOTES = 'put quotes around the whole cell, and write each quote in it twice';

const WORDS: Readonly<Partial<Record<CsvError['code'], string>>> = {
  CSV_QUOTE_NOT_CLOSED: 'the file ends within quotes that open here',
  CSV_INVALID_CLOSING_QUOTE: `a quote is followed by more of its cell: ${QUOTES}`,
  INVALID_OPENING_QUOTE: `a quote stands in a cell that does not begin with one: ${QUOTES}`,
  CSV_MAX_RECORD_SIZE: `the row is longer than ${MAX_ROW_LENGTH} characters: is a quote in it not closed?`,
};
