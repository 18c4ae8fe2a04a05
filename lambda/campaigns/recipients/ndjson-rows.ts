import { isRecord } from '../../shared/json/json-source.ts';
import { NO_ENCODING } from './csv-rows.ts';
import { UNREADABLE } from './decoded.ts';
import { FileFault } from './file-fault.ts';
import { MAX_COLUMNS, MAX_ROW_LENGTH, MAX_ROWS, type RecipientRows, type Row } from './rows.ts';

/** Rows of JSON, an object a line. Columns are the names of members that the first lines have. */
export async function ndjsonRows(texts: AsyncIterator<string>): Promise<RecipientRows> {
  const objects = objectsOf(texts);
  const { value: first = [] } = await objects.next();
  const columns = [...new Set(first.flatMap(({ object }) => Object.keys(object)))];
  if (columns.length > MAX_COLUMNS) {
    throw new FileFault(`the file has ${columns.length} columns, of ${MAX_COLUMNS} at most`);
  }
  const toRow = ({ row, object, line }: JsonLine): Row => ({
    row,
    cells: columns.map((column) => cellOf(object[column], { row, column, line })),
  });
  async function* batches() {
    yield first.map(toRow);
    for await (const batch of objects) yield batch.map(toRow);
  }
  return { columns, batches: batches() };
}

interface JsonLine {
  readonly row: number;
  readonly object: Readonly<Record<string, unknown>>;
  readonly line: string;
}

function cellOf(
  value: unknown,
  { row, column, line }: { row: number; column: string; line: string },
): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return EXPONENT.test(line) ? sourceOf(line, column) : `${value}`;
  if (typeof value === 'boolean') return `${value}`;
  throw new FileFault('a text or a number is wanted, and here is an object or a list', {
    row,
    column,
  });
}

/** Of a number such as `5.2155E+12`, which is another once it is read. */
const EXPONENT = /\d[eE][+-]?\d/;

/** A number as it was written. */
function sourceOf(line: string, column: string): string {
  let found = '';
  JSON.parse(line, (key, value: unknown, context?: { readonly source?: string }) => {
    if (key === column && context?.source !== undefined) found = context.source;
    return value;
  });
  return found;
}

async function* objectsOf(
  texts: AsyncIterator<string>,
): AsyncGenerator<readonly JsonLine[], undefined> {
  let before = 0;
  let found = 0;
  for await (const lines of linesOf(texts)) {
    const numbered = lines.map((line, at) => ({ line, row: before + at + 1 }));
    for (const { line, row } of numbered) checkLine(line, row);
    const objects = numbered
      .filter(({ line }) => line.trim() !== '')
      .map(({ line, row }) => ({ line, row, object: parse(line, row) }));
    before += lines.length;
    found += objects.length;
    if (found > MAX_ROWS) throw new FileFault(`the file has more than ${MAX_ROWS} rows`);
    if (objects.length > 0) yield objects;
  }
  return undefined;
}

function checkLine(line: string, row: number): void {
  if (line.length > MAX_ROW_LENGTH) {
    throw new FileFault(`the row is longer than ${MAX_ROW_LENGTH} characters`, { row });
  }
  if (!line.endsWith(UNREADABLE)) return;
  const column = String(line.length);
  throw new FileFault(NO_ENCODING, { row, column });
}

function parse(line: string, row: number): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(line);
    if (isRecord(json)) return json;
  } catch {
    // The error's words quote the line.
  }
  throw new FileFault('the row is no object of JSON', { row });
}

/** Those of each text at once, the last of which may go on in the next. */
async function* linesOf(texts: AsyncIterator<string>): AsyncGenerator<readonly string[]> {
  let open: string[] = [];
  let length = 0;
  for (let next = await texts.next(); !next.done; next = await texts.next()) {
    const [begin = '', ...lines] = next.value.split('\n');
    open.push(begin);
    length += begin.length;
    const last = lines.pop();
    if (last === undefined && length <= MAX_ROW_LENGTH) continue;
    yield [open.join(''), ...lines];
    open = [last ?? ''];
    length = open[0]?.length ?? 0;
  }
  yield [open.join('')];
}
