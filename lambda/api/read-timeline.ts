import type { SentMessage, StoredEvent } from '../adapters/stored-rows.ts';
import { rowId, type TableReader } from '../adapters/table-reader.ts';
import { mergeNewestFirst, positionOf, type TimelineKey, take } from '../domain/newest-first.ts';
import { RawJson, writeJson } from '../domain/raw-json.ts';
import { writeCursor } from './cursor.ts';
import {
  echoClaims,
  echoKeysOf,
  laterFormsOf,
  messageKeysOf,
  replacedPlaceholders,
} from './message-forms.ts';
import type { TimelineParameters } from './parameters.ts';
import { namesOf, type PersonDeps, readPerson } from './read-person.ts';
import { answerBytes, type EntryDeps, eventEntry, messageEntry } from './timeline-entry.ts';
import { isWithin, type PeriodSpan, sourcesOf, spansFrom, spansOf } from './timeline-spans.ts';

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

interface PageOrder {
  readonly limit: number;
  readonly spans: readonly PeriodSpan[];
  readonly names: readonly string[];
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

/**
 * Reads the rows of keys, and those that belong to them: the statuses of echoes, the echoes of messages,
 * and the content of what came as history or as a placeholder.
 */
async function readRows(chunk: readonly TimelineKey[], order: PageOrder, deps: ReadTimelineDeps) {
  const { events, messages } = await deps.table.rows(chunk);
  const groups = [...new Set(order.spans.map(({ group }) => group))];
  const related = await deps.table.rows([
    ...[...events.values()].flatMap((event) => [
      ...messageKeysOf(event, order.names),
      ...laterFormsOf(event, order.names),
    ]),
    ...[...messages.values()].flatMap((message) => echoKeysOf(message, groups)),
  ]);
  const replaced = await replacedPlaceholders([...events.values()], deps.table);

  async function entryOf(key: TimelineKey): Promise<RawJson | undefined> {
    const event = events.get(rowId(key));
    if (event !== undefined) {
      if (isReplaced(event)) return undefined;
      const sent = messageKeysOf(event, order.names)
        .map((its) => related.messages.get(rowId(its)))
        .find((message) => message !== undefined);
      return new RawJson(writeJson(await eventEntry(event, sent, deps)));
    }
    const message = messages.get(rowId(key));
    if (message === undefined || isEchoed(message)) return undefined;
    return new RawJson(writeJson(await messageEntry(message, deps)));
  }

  /** Whether the same message is there in a better form. */
  function isReplaced(event: StoredEvent): boolean {
    return (
      replaced.has(rowId(event)) ||
      laterFormsOf(event, order.names).some((place) => {
        const id = rowId(place);
        return related.events.has(id) || related.claims.has(id);
      })
    );
  }

  /** Whether the message stands in the timeline as an echo, with what it says. */
  function isEchoed(message: SentMessage): boolean {
    const owners = echoClaims(message).map((claim) => related.claims.get(rowId(claim)));
    if (owners.some((owner) => owner !== undefined && groups.includes(owner.pk))) return true;
    return echoKeysOf(message, groups).some((key) => {
      const echo = related.events.get(rowId(key));
      return echo !== undefined && order.spans.some((span) => isWithin(echo, span));
    });
  }

  return { entryOf };
}

async function* beyond(
  keys: AsyncGenerator<TimelineKey>,
  position: string | undefined,
): AsyncGenerator<TimelineKey> {
  for await (const key of keys) {
    if (position === undefined || positionOf(key) < position) yield key;
  }
}
