import {
  accountGroup,
  deduplicationId,
  digest,
  eventId,
  type Provider,
  type WebhookEvent,
} from '../events/event.ts';
import { type JsonSource, memberOf } from '../shared/json/json-source.ts';

export type WebhookSplit =
  | {
      readonly ok: true;
      readonly events: readonly WebhookEvent[];
      /** Where it is of another product, such as Instagram, that the provider's app is also for. */
      readonly isForeign?: true;
    }
  /** Why the body is no webhook of the provider, without a word of its content. */
  | { readonly ok: false; readonly reason: string };

/**
 * Meta documents 1,000 updates a webhook. What holds far more could not be queued in the time of an
 * answer, and would be delivered again and again until the provider gives it up.
 */
const MAX_EVENTS = 5_000;

/**
 * How much longer than a webhook its payloads may be together. What surrounds events is repeated
 * around each: that makes statuses four times as long, and megabytes that surround thousands would
 * be gigabytes.
 */
const MAX_GROWTH = 8;
const ALWAYS_ALLOWED_LENGTH = 64 * 1024;

/**
 * Each event once; or the whole webhook as one event, where it holds more than can be queued.
 *
 * @param length the webhook's, in characters
 */
export function collectEvents(
  events: Iterable<WebhookEvent>,
  length: number,
  whole: () => WebhookEvent,
): WebhookSplit {
  const distinct = new Map<string, WebhookEvent>();
  let count = 0;
  let room = ALWAYS_ALLOWED_LENGTH + MAX_GROWTH * length;
  for (const event of events) {
    count += 1;
    room -= event.payload.length;
    if (count > MAX_EVENTS || room < 0) return { ok: true, events: [whole()] };
    const key = deduplicationId(event);
    if (!distinct.has(key)) distinct.set(key, event);
  }
  return { ok: true, events: [...distinct.values()] };
}

/** A webhook that is kept unsplit. */
export function wholeWebhook(
  provider: Provider,
  channel: string,
  payload: string,
  receivedAt: number,
): WebhookEvent {
  return {
    provider,
    channel,
    group: accountGroup(channel, 'webhook'),
    id: eventId('account', [provider, channel, 'webhook', digest([payload])]),
    kind: 'account',
    type: 'webhook',
    direction: 'inbound',
    occurredAt: receivedAt,
    receivedAt,
    contact: {},
    links: [],
    payload,
  };
}

/** Where a webhook's events lie: what to repeat around each one, and where to go deeper. */
export interface Level {
  /** Members that are repeated around every event below. */
  readonly keep: readonly string[];
  /** Members that hold events, or levels with events in them, in an array. */
  readonly lists: Readonly<Record<string, Level | 'events'>>;
  /** Members that are a level of their own. */
  readonly nested?: Readonly<Record<string, Level>>;
  /** Source of the members without which what stands beside the lists would be no webhook. */
  readonly required?: readonly string[];
  /** Whether `contacts` describes the people of the events below. */
  readonly hasContacts?: boolean;
}

/** One part of a webhook. */
export interface Part {
  /** The list that it was in, or undefined for what no list holds. */
  readonly list: string | undefined;
  readonly leaf: JsonSource;
  /** For what no list holds: source of the members that are not kept, else of the leaf. */
  readonly content: string;
  /** What the levels around it keep, outermost first: an event must not depend on more. */
  readonly around: readonly unknown[];
  /** The contact that the webhook carried with it. */
  readonly contact: JsonSource | undefined;
  /** A complete webhook of this part alone. */
  readonly payload: string;
}

/** Finds the contact of an event among those of its webhook. */
export interface ContactBook {
  readonly find: (event: unknown) => JsonSource | undefined;
  /** Source of the contacts that no event asked for. */
  readonly unclaimed: () => readonly string[];
}

type OpenBook = (contacts: readonly JsonSource[]) => ContactBook;

/** Source of the levels around a part. Strings are only joined, so that the engine copies none. */
interface Frame {
  /** Up to where a contact goes: in the innermost level that has contacts. */
  readonly beforeContact: string;
  readonly before: string;
  readonly behind: string;
}

interface Place {
  readonly frame: Frame;
  readonly around: readonly unknown[];
  readonly book: ContactBook | undefined;
  readonly openBook: OpenBook;
}

/**
 * Takes a webhook apart into its events, each wrapped as a webhook of its own.
 *
 * Source text is cut, never written anew. What no list holds becomes a part too: nothing is lost.
 */
export function splitByLevels(
  source: JsonSource,
  level: Level,
  openBook: OpenBook,
): Iterable<Part> {
  const frame = { beforeContact: '', before: '', behind: '' };
  return visit(source, level, { frame, around: [], book: undefined, openBook });
}

function* visit(node: JsonSource, level: Level, outside: Place): Iterable<Part> {
  const members = node.members;
  if (members === undefined) {
    yield restPart(node, node.text, node.text, outside);
    return;
  }
  const { place, kept, others, book } = enter(node.value, members, level, outside);
  const rest: string[] = [];
  for (const [key, child] of others) {
    const frame = memberFrame(place.frame, key, kept, level);
    const below = partsBelow(key, child, level, { ...place, frame });
    if (below === undefined) rest.push(...memberSource(key, child));
    else yield* below;
  }
  if (book !== undefined) rest.push(...contactsSource(book.unclaimed()));
  if (rest.length > 0 || others.length === 0) {
    const inner = object([...kept, ...(level.required ?? []), ...rest]);
    yield restPart(node, object(rest), inner, place);
  }
}

/** Tells what a level repeats around its events from what it may hold events in. */
function enter(
  value: unknown,
  members: ReadonlyMap<string, JsonSource>,
  level: Level,
  outside: Place,
) {
  const contacts = level.hasContacts ? members.get('contacts')?.elements : undefined;
  const book = contacts && outside.openBook(contacts);
  const keeps = Object.fromEntries(level.keep.map((key) => [key, memberOf(value, key)]));
  const around = [...outside.around, keeps];
  const repeated = new Set(contacts === undefined ? level.keep : [...level.keep, 'contacts']);
  return {
    place: { ...outside, around, book: book ?? outside.book },
    kept: level.keep.flatMap((key) => memberSource(key, members.get(key))),
    others: [...members].filter(([key]) => !repeated.has(key)),
    book,
  };
}

/** The parts of a member that holds events; undefined for one that holds none. */
function partsBelow(
  key: string,
  child: JsonSource,
  level: Level,
  place: Place,
): Iterable<Part> | undefined {
  const nested = own(level.nested, key);
  if (nested !== undefined && child.members !== undefined) return visit(child, nested, place);
  const list = own(level.lists, key);
  const elements = child.elements;
  if (list === undefined || elements === undefined) return undefined;
  const { frame } = place;
  const inList = { ...frame, before: `${frame.before}[`, behind: `]${frame.behind}` };
  return partsOf(key, elements, list, { ...place, frame: inList });
}

function* partsOf(
  key: string,
  elements: readonly JsonSource[],
  list: Level | 'events',
  place: Place,
): Iterable<Part> {
  for (const element of elements) {
    if (list === 'events') yield eventPart(key, element, place);
    else yield* visit(element, list, place);
  }
}

function memberFrame(outside: Frame, key: string, kept: readonly string[], level: Level): Frame {
  const opened = `${outside.before}{${kept.map((member) => `${member},`).join('')}`;
  const before = `${JSON.stringify(key)}:`;
  const behind = `}${outside.behind}`;
  return level.hasContacts
    ? { beforeContact: outside.beforeContact + opened, before, behind }
    : { beforeContact: outside.beforeContact, before: opened + before, behind };
}

function framed({ beforeContact, before, behind }: Frame, text: string, contact?: JsonSource) {
  const contacts = contact === undefined ? '' : `"contacts":[${contact.text}],`;
  return beforeContact + contacts + before + text + behind;
}

function eventPart(list: string, leaf: JsonSource, place: Place): Part {
  const contact = place.book?.find(leaf.value);
  const text = leaf.text;
  const payload = framed(place.frame, text, contact);
  return { list, leaf, content: text, around: place.around, contact, payload };
}

function restPart(leaf: JsonSource, content: string, inner: string, place: Place): Part {
  const payload = framed(place.frame, inner);
  return { list: undefined, leaf, content, around: place.around, contact: undefined, payload };
}

/** A member of a table of ours, never of `Object.prototype`. */
function own<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

function memberSource(key: string, value: JsonSource | undefined): string[] {
  return value === undefined ? [] : [`${JSON.stringify(key)}:${value.text}`];
}

function contactsSource(contacts: readonly string[]): string[] {
  return contacts.length === 0 ? [] : [`"contacts":[${contacts.join(',')}]`];
}

function object(members: readonly string[]): string {
  return `{${members.join(',')}}`;
}
