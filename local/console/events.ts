import { openArchive } from '../../bin/floodgate/replay/archived-events.ts';
import { listSubscribers } from '../../bin/floodgate/subscriber/find-subscriber.ts';
import { findEvents, stepsOf } from '../../bin/floodgate/trace/read-trace.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import type { ContactLine, EventAnswer, EventsAnswer } from './answers.ts';
import type { Desk } from './desk.ts';
import { liveEvent, toldIn } from './event-facts.ts';
import type { EventFeed } from './event-feed.ts';

/** As many as a page draws in a moment. */
const MOST_EVENTS = 200;

/** The latest of those that came after one. */
export function eventsSince(feed: EventFeed, after: number): EventsAnswer {
  const fed = feed.after(Number.isSafeInteger(after) ? after : 0);
  const shown = fed.slice(-MOST_EVENTS);
  return {
    events: shown.map(({ number, event }) => liveEvent(number, event)),
    passed: fed.length - shown.length,
  };
}

/** Those whose events flowed by, the latest first, each with what was said last. */
export function recentContacts(feed: EventFeed): readonly ContactLine[] {
  const lines = new Map<string, ContactLine>();
  for (const { number, event } of feed.after(0).toReversed()) {
    if (!['message', 'echo', 'call'].includes(event.kind)) continue;
    const { channel, contact, who, says, occurredAt: at } = liveEvent(number, event);
    const key = `${channel} ${contact}`;
    if (contact !== null && !lines.has(key)) lines.set(key, { channel, contact, who, says, at });
    if (lines.size >= MOST_CONTACTS) break;
  }
  return [...lines.values()];
}

const MOST_CONTACTS = 50;

/** As far back as rows are kept by default. */
const SINCE_MS = 30 * 86_400_000;

/** The event of an id, or all of a message, with everything that happened to them. */
export async function openEvent(desk: Desk, id: string): Promise<EventAnswer> {
  const { stack, api, dynamodb, local } = desk;
  using archive = await openArchive(stack);
  const tools = {
    ...{ api, dynamodb, tableName: stack.table, onRead: () => undefined },
    archive: stack.outputs.has('ArchiveBucket') ? archive : undefined,
    subscribers: (await listSubscribers(api)).subscribers,
  };
  const fed = local?.feed.ofMessage(id) ?? [];
  const events = fed.length > 0 ? fed : await findEvents(id, Date.now() - SINCE_MS, tools);
  const steps = await stepsOf(events, undefined, tools);
  const others = events.filter((event) => event.id !== id);
  const meant = events.filter((event) => event.id === id);
  return { events: [...meant, ...others].map(openedEvent), steps };
}

function openedEvent(event: RoutedEvent): EventAnswer['events'][number] {
  const { content } = toldIn(event);
  return { ...liveEvent(0, event), content, payload: event.payload ?? null };
}
