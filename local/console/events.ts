import { openArchive } from '../../bin/floodgate/replay/archived-events.ts';
import { listSubscribers } from '../../bin/floodgate/subscriber/find-subscriber.ts';
import { UnavailableError } from '../../bin/floodgate/terminal/command.ts';
import { findEvents, stepsOf } from '../../bin/floodgate/trace/read-trace.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import type { ContactLine, EventAnswer, EventsAnswer, TraceAnswer } from './answers.ts';
import type { Desk } from './desk.ts';
import { liveEvent, toldIn } from './event-facts.ts';
import type { EventFeed } from './event-feed.ts';

/** As many as a page draws in a moment. */
const MOST_EVENTS = 200;

/** The latest of those that came after one. */
export function eventsSince(feed: EventFeed | undefined, after: number): EventsAnswer {
  if (feed === undefined) return { events: [], passed: 0 };
  const fed = feed.after(Number.isSafeInteger(after) ? after : 0);
  const shown = fed.slice(-MOST_EVENTS);
  return {
    events: shown.map(({ number, event }) => liveEvent(number, event)),
    passed: fed.length - shown.length,
  };
}

const TALK: readonly string[] = ['message', 'echo', 'call'];
const MOST_LOOKED_AT = 500;
const MOST_CONTACTS = 50;

/** Those whose events flowed by, the latest first, each with what was said last. */
export function recentContacts(feed: EventFeed | undefined): readonly ContactLine[] {
  const talk = (feed?.after(0) ?? []).filter(({ event }) => TALK.includes(event.kind));
  const latest = talk.slice(-MOST_LOOKED_AT).toReversed();
  const told = latest.map(({ number, event }) => ({
    line: liveEvent(number, event),
    names: toldIn(event).contact,
  }));
  // An event may name somebody by the phone alone, and another by both names.
  const userIds = new Map(
    told.flatMap(({ names: { phone, userId } }) =>
      phone === undefined || userId === undefined ? [] : [[phone, userId] as const],
    ),
  );
  const lines = new Map<string, ContactLine>();
  for (const { line, names } of told) {
    const { channel, contact, who, says, occurredAt: at } = line;
    const key = `${channel} ${userIds.get(names.phone ?? '') ?? contact}`;
    if (contact !== null && !lines.has(key)) lines.set(key, { channel, contact, who, says, at });
  }
  return [...lines.values()].slice(0, MOST_CONTACTS);
}

/** As far back as rows are kept by default. */
const SINCE_MS = 30 * 86_400_000;

/** What an event is looked for with. */
type TracingDesk = Pick<Desk, 'stack' | 'api' | 'dynamodb' | 'feed' | 'local'>;

/** The event of an id first, or all of a message, with all others of that. */
export async function openEvent(desk: TracingDesk, id: string): Promise<EventAnswer> {
  const events = await eventsOf(desk, id);
  const others = events.filter((event) => event.id !== id);
  const meant = events.filter((event) => event.id === id);
  return { events: [...meant, ...others].map(openedEvent) };
}

/** Everything that happened to them, by the code of `floodgate trace`. */
export async function traceEvent(desk: TracingDesk, id: string): Promise<TraceAnswer> {
  const { stack } = desk;
  const events = await eventsOf(desk, id);
  using archive = await openArchive(stack);
  const isArchived = stack.outputs.has('ArchiveBucket');
  const tools = { ...toolsOf(desk), archive: isArchived ? archive : undefined };
  const { subscribers } = await listSubscribers(desk.api);
  return { steps: await stepsOf(events, undefined, { ...tools, subscribers }) };
}

function toolsOf({ stack, api, dynamodb }: TracingDesk) {
  const onRead = () => undefined;
  return { api, dynamodb, tableName: stack.table, onRead, archive: undefined, subscribers: [] };
}

interface Looked {
  readonly id: string;
  readonly events: Promise<readonly RoutedEvent[]>;
}

/** The last that was looked for: whoever opens an event asks for its trace next. */
const looked = new WeakMap<TracingDesk, Looked>();

async function eventsOf(desk: TracingDesk, id: string): Promise<readonly RoutedEvent[]> {
  const fed = desk.feed()?.ofMessage(id) ?? [];
  if (fed.length > 0) return fed;
  const last = looked.get(desk);
  if (last?.id === id) return await last.events;
  if (desk.local === undefined) throw new UnavailableError(wholeTable(desk.stack.name));
  const events = findEvents(id, Date.now() - SINCE_MS, toolsOf(desk));
  looked.set(desk, { id, events });
  // What was not found may come yet.
  events.then(
    ({ length }) => length === 0 && looked.delete(desk),
    () => looked.delete(desk),
  );
  return await events;
}

/** In AWS it takes minutes and costs, so nobody does it by a click. */
function wholeTable(stack: string): string {
  return `that is none of the latest events, and to find it takes reading all of the table: npx floodgate trace ID --stack ${stack}`;
}

function openedEvent(event: RoutedEvent): EventAnswer['events'][number] {
  const { content } = toldIn(event);
  return { ...liveEvent(0, event), content, payload: event.payload ?? null };
}
