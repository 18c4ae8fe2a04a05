import { timeKey } from '../../../lambda/adapters/table-rows.ts';
import type { RoutedEvent } from '../../../lambda/domain/delivery.ts';
import type { ArchivedEvents, ArchiveObject } from './archived-events.ts';
import type { TableEvent, TablePage, TableSpan } from './table-events.ts';

/** An event to be sent again. */
export interface PlacedEvent {
  readonly event: RoutedEvent;
  /** Sorts as a replay goes, so that a resumed one knows where it was. */
  readonly place: string;
}

/** What a replay reads. */
export interface ReplaySources {
  readonly archived: (object: ArchiveObject) => Promise<ArchivedEvents>;
  readonly tablePages: (span: TableSpan) => AsyncIterable<TablePage>;
  readonly isMeant: (event: RoutedEvent) => boolean | Promise<boolean>;
  /** Aborted when no more is to be read. */
  readonly signal: AbortSignal;
  readonly onArchived: (read: ArchivedEvents, object: ArchiveObject) => void;
  readonly onTablePage: (page: TablePage) => void;
}

/** What is read, and from where. */
export interface ReplayPlan {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  /** In the order in which to read them. */
  readonly objects: readonly ArchiveObject[];
  /** What was received from then on is looked for in the table as well. */
  readonly tableFrom: number | undefined;
}

/** Objects that are on their way while one is worked on. */
const READ_AHEAD = 4;

/**
 * The events of a plan, each once: those of the archive in its order, then those that only the table
 * has. Within a group they come as they came the first time.
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
  }
}

async function* meantOf(plan: ReplayPlan, sources: ReplaySources, after: string) {
  for await (const { event, place } of archivedEvents(plan, sources, after)) {
    const isDue = event.receivedAt >= plan.from && event.receivedAt < plan.to;
    if (isDue && (await sources.isMeant(event))) yield { event, place };
  }
  if (plan.tableFrom !== undefined && !sources.signal.aborted) {
    yield* await tableEvents(plan, plan.tableFrom, sources);
  }
}

const LINE_DIGITS = 7;

async function* archivedEvents(
  plan: ReplayPlan,
  { archived, onArchived, signal }: ReplaySources,
  after: string,
): AsyncGenerator<PlacedEvent> {
  const objects = plan.objects.filter((object) => isNeeded(plan, object, after));
  for await (const [object, read] of readAhead(objects, archived)) {
    if (signal.aborted) return;
    onArchived(read, object);
    for (const [line, event] of read.events.entries()) {
      yield { event, place: `archive|${object.place}|${String(line).padStart(LINE_DIGITS, '0')}` };
    }
  }
}

/**
 * A double lies in the hour of the first, so those before it need not be read again: unless what they
 * hold has to be told from what only the table has.
 */
function isNeeded({ tableFrom }: ReplayPlan, { hour }: ArchiveObject, after: string): boolean {
  const [, reached] = /^archive\|(\d{4}-\d\d-\d\dT\d\d)\|/.exec(after) ?? [];
  if (tableFrom !== undefined || reached === undefined) return true;
  return hour >= Date.parse(`${reached}:00Z`);
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
  { from, to }: ReplayPlan,
  eventsFrom: number,
  { tablePages, isMeant, onTablePage, signal }: ReplaySources,
): Promise<readonly PlacedEvent[]> {
  const found: TableEvent[] = [];
  for await (const page of tablePages({ eventsFrom, statusesFrom: from, to })) {
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
