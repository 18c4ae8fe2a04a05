import { writeCursor } from '../answers/cursor.ts';
import type { TimelineParameters } from '../answers/parameters.ts';
import { mergeNewestFirst, positionOf, type TimelineKey, take } from '../events/newest-first.ts';
import { namesOf, type PersonDeps, readPerson } from '../people/read-person.ts';
import { sourcesOf, spansFrom, spansOf } from '../people/timeline-spans.ts';
import type { RawJson } from '../shared/json/raw-json.ts';
import type { TableReader } from '../table/reader-table.ts';
import { answerBytes, type EntryDeps } from './timeline-entry.ts';
import { readRows, type TimelineOf } from './timeline-rows.ts';

export interface ReadTimelineDeps extends PersonDeps, EntryDeps {
  readonly table: Pick<TableReader, 'linksOf' | 'eventKeys' | 'messageKeys' | 'rows' | 'claimsIn'>;
}

export interface TimelinePage {
  readonly entries: readonly RawJson[];
  readonly nextCursor: string | null;
}

/** Lambda answers at most 6 MB; a page ends here, unless its first entry alone is bigger. */
const MAX_PAGE_BYTES = 4_000_000;

/** Rows at a time, of which 16 MB come in one read. Two of these hold a page and the row after it. */
const CHUNK = 51;

/** Rows of which one page may pass over those that have expired or are shown elsewhere. */
const MAX_EXAMINED = 500;

/**
 * Reads one page of what was said with a contact, newest first, under all its names; undefined where
 * nothing is known of the contact.
 *
 * A page goes on where the last row examined for the page before stands in the order of all rows, so
 * that what is written meanwhile neither moves nor repeats an entry.
 */
export async function readTimeline(
  { channel, contact, limit, after }: TimelineParameters,
  deps: ReadTimelineDeps,
): Promise<TimelinePage | undefined> {
  const { periods, isLinked } = await readPerson(channel, contact, deps);
  const spans = spansOf(channel, periods);
  const keys = mergeNewestFirst(sourcesOf(deps.table, spansFrom(spans, after), limit + 2));
  const rows = examine(beyond(keys, after), { limit, spans, names: namesOf(periods) }, deps);
  const { entries, end } = await fillPage(rows, limit);
  const isEmpty = entries.length === 0 && end === undefined && after === undefined;
  if (isEmpty && !isLinked) return undefined;
  return {
    entries,
    nextCursor: end === undefined ? null : writeCursor(end, channel, contact),
  };
}

interface ExaminedRow {
  readonly position: string;
  /** Undefined for a row that is not shown: expired, or shown elsewhere. */
  readonly entry: RawJson | undefined;
}

interface Page {
  readonly entries: RawJson[];
  bytes: number;
  examined: number;
}

/** `end` is the position of the last row that the page covers; undefined where nothing follows. */
async function fillPage(rows: AsyncIterable<ExaminedRow>, limit: number) {
  const page: Page = { entries: [], bytes: 0, examined: 0 };
  let end: string | undefined;
  for await (const { position, entry } of rows) {
    if (page.examined >= MAX_EXAMINED) return { entries: page.entries, end };
    if (entry !== undefined && !takeIn(page, entry, limit)) return { entries: page.entries, end };
    page.examined += 1;
    end = position;
  }
  return { entries: page.entries, end: undefined };
}

/** Adds an entry unless the page is full. */
function takeIn(page: Page, entry: RawJson, limit: number): boolean {
  const bytes = page.bytes + answerBytes(entry.text);
  const isFull = page.entries.length === limit || (page.bytes > 0 && bytes > MAX_PAGE_BYTES);
  if (isFull) return false;
  page.entries.push(entry);
  page.bytes = bytes;
  return true;
}

interface PageOrder extends TimelineOf {
  readonly limit: number;
}

async function* examine(
  keys: AsyncGenerator<TimelineKey>,
  order: PageOrder,
  deps: ReadTimelineDeps,
): AsyncGenerator<ExaminedRow> {
  for (;;) {
    const chunk = await take(keys, Math.min(order.limit + 1, CHUNK));
    if (chunk.length === 0) return;
    const rows = await readRows(chunk, order, deps);
    for (const key of chunk) yield { position: positionOf(key), entry: await rows.entryOf(key) };
  }
}

async function* beyond(
  keys: AsyncGenerator<TimelineKey>,
  position: string | undefined,
): AsyncGenerator<TimelineKey> {
  for await (const key of keys) {
    if (position === undefined || positionOf(key) < position) yield key;
  }
}
