import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { timeKey } from '../../../lambda/table/keys.ts';
import type { ArchivedEvents, ArchiveObject } from './archived-events.ts';
import type { ReplaySpan, TableEvent, TablePage } from './table-events.ts';

/** An event to be sent again. */
export interface PlacedEvent {
  readonly event: RoutedEvent;
  /** Sorts as a replay goes, so that a resumed one knows where it was. */
  readonly place: string;
}

/** What a replay reads. */
export interface ReplaySources {
  readonly archived: (object: ArchiveObject) => Promise<ArchivedEvents>;
  readonly tablePages: (span: ReplaySpan) => AsyncIterable<TablePage>;
  readonly isMeant: (event: RoutedEvent) => boolean | Promise<boolean>;
  /** Aborted when no more is to be read. */
  readonly signal: AbortSignal;
  readonly onArchived: (read: ArchivedEvents, object: ArchiveObject) => void;
  readonly onTablePage: (page: TablePage) => void;
}

/** What is read, and from where. */
export interface ReplayPlan extends ReplaySpan {
  /** Of the archive, in the order in which to read them; undefined where the table is read. */
  readonly objects: readonly ArchiveObject[] | undefined;
  /** Where certain events are meant: how many. After these nothing more is read. */
  readonly count?: number | undefined;
}

/** Objects that are on their way while one is worked on. */
const READ_AHEAD = 4;

/**
 * The events of a plan, each once: those of the archive in its order, those of the table by their receipt.
 * Within a group they come as they came the first time.
 *
 * @param after the place up to which all is sent; empty for none
 */
export async function* replayedEvents(
  plan: ReplayPlan,
  sources: ReplaySources,
  after = '',
): AsyncGenerator<PlacedEvent> {
  const seen = new Set<string>();
  for await (const placed of meantOf(plan, sources, after)) {
    if (sources.signal.aborted) return;
    if (seen.has(placed.event.id)) continue;
    seen.add(placed.event.id);
    if (placed.place > after) yield placed;
    if (seen.size === plan.count) return;
  }
}

async function* meantOf(plan: ReplayPlan, sources: ReplaySources, after: string) {
  const { from, to, objects } = plan;
  if (objects === undefined) return yield* await tableEvents({ from, to }, sources);
  for await (const { event, place } of archivedEvents(objects, sources, after)) {
    const isDue = event.receivedAt >= from && event.receivedAt < to;
    if (isDue && (await sources.isMeant(event))) yield { event, place };
  }
}

const LINE_DIGITS = 7;

async function* archivedEvents(
  objects: readonly ArchiveObject[],
  { archived, onArchived, signal }: ReplaySources,
  after: string,
): AsyncGenerator<PlacedEvent> {
  const needed = objects.filter((object) => isNeeded(object, after));
  for await (const [object, read] of readAhead(needed, archived)) {
    if (signal.aborted) return;
    onArchived(read, object);
    for (const [line, event] of read.events.entries()) {
      yield { event, place: `archive|${object.place}|${String(line).padStart(LINE_DIGITS, '0')}` };
    }
  }
}

/** A double lies in the hour of the first, so those before it need not be read again. */
function isNeeded({ hour }: ArchiveObject, after: string): boolean {
  const [, reached] = /^archive\|(\d{4}-\d\d-\d\dT\d\d)\|/.exec(after) ?? [];
  return reached === undefined || hour >= Date.parse(`${reached}:00Z`);
}

async function* readAhead<T, R>(items: readonly T[], read: (item: T) => Promise<R>) {
  const reading: Promise<R>[] = [];
  for (const [index, item] of items.entries()) {
    for (const next of items.slice(index + reading.length, index + READ_AHEAD)) {
      const answer = read(next);
      // It is looked at in its turn.
      answer.catch(() => undefined);
      reading.push(answer);
    }
    const [first] = reading.splice(0, 1);
    if (first !== undefined) yield [item, await first] as const;
  }
}

async function tableEvents(
  span: ReplaySpan,
  { tablePages, isMeant, onTablePage, signal }: ReplaySources,
): Promise<readonly PlacedEvent[]> {
  const found: TableEvent[] = [];
  for await (const page of tablePages(span)) {
    if (signal.aborted) return [];
    onTablePage(page);
    for (const one of page.events) if (await isMeant(one.event)) found.push(one);
  }
  const groups = Map.groupBy(found, ({ event }) => event.group).values();
  return [...groups].flatMap(placeGroup).toSorted((a, b) => (a.place < b.place ? -1 : 1));
}

/** By the time of the receipt, and never before one that came earlier in the group. */
function placeGroup(group: readonly TableEvent[]): PlacedEvent[] {
  let latest = 0;
  return group
    .toSorted((a, b) => (a.inGroup < b.inGroup ? -1 : 1))
    .map(({ event, inGroup }) => {
      latest = Math.max(latest, event.receivedAt);
      const place = `table|${timeKey(latest)}|${event.group}|${inGroup}|${event.id}`;
      return { event, place };
    });
}
