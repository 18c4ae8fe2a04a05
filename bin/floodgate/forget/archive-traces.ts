import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { readArchiveLine } from '../../../lambda/archive/line.ts';
import { contactGroup } from '../../../lambda/events/event.ts';
import { type DatedLink, mergedLinks } from '../../../lambda/events/name-eras.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import type { Forgetting } from '../../../lambda/forgetting/forgetting.ts';
import { type ForgottenPeople, forgottenPeople } from '../../../lambda/forgetting/known-person.ts';
import { sideBySide } from '../../../lambda/shared/queue/side-by-side.ts';
import { eventOfPayload, recipientsOf } from '../../../lambda/table/stored-event.ts';
import type { ListedObject, ReadObject, StoredObjects } from './stored-objects.ts';

/** A line of the archive that has something to do with whoever is to be forgotten. */
interface Trace extends Omit<RoutedEvent, 'payload' | 'payloadKey'> {
  readonly object: ListedObject;
  /** Of a status: the names of whom it is about. */
  readonly recipients: readonly string[];
}

/** What the archive has of whoever is to be forgotten. */
export interface Traces {
  /** By what the table knew of them, and what the archive shows. */
  readonly people: ForgottenPeople;
  /** Ids of the events to take out, by the object in which they are. */
  readonly doomed: ReadonlyMap<ListedObject, ReadonlySet<string>>;
  /** Objects with lines that this release cannot read and that have one of their names in them. */
  readonly undecided: ReadonlySet<ListedObject>;
}

export interface TraceTools {
  readonly store: Pick<StoredObjects, 'read'>;
  readonly onProgress: (read: number, total: number) => void;
  /** Aborted when no more is to be read. */
  readonly signal: AbortSignal;
}

const READS_AT_ONCE = 8;
const unzip = promisify(gunzip);

/**
 * Reads the archive for whoever is to be forgotten: again where it shows names that nobody knew of,
 * since links are in the archive for longer than in the table.
 *
 * Nothing may be taken out before that has ended: the lines themselves tell who is who.
 */
export async function findTraces(
  forgettings: readonly Forgetting[],
  objects: readonly ListedObject[],
  tools: TraceTools,
): Promise<Traces> {
  const traces = new Map<string, Trace>();
  const links = new Map<string, DatedLink[]>();
  const undecided = new Set<ListedObject>();
  const sought = new Set<string>();
  for (;;) {
    const people = await forgottenPeople(forgettings, (channel) => links.get(channel) ?? []);
    const words = [...new Set(people.names.flatMap(wordsOf))].filter((word) => !sought.has(word));
    if (words.length === 0 || tools.signal.aborted) {
      return { people, doomed: doomedOf([...traces.values()], people), undecided };
    }
    const channels = new Set(people.names.map(({ channel }) => channel));
    for (const word of words) sought.add(word);
    await readAll(objects, words, tools, (object, line, number) => {
      const event = readArchiveLine(line);
      if (event === undefined) undecided.add(object);
      else if (channels.has(event.channel)) {
        traces.set(`${number} ${object.key}`, traceOf(event, object));
        addLinks(links, event);
      }
    });
  }
}

/**
 * Words of which each line about the name has one: the name as it stands in whatever form of address,
 * or its group.
 */
export function wordsOf({ channel, name }: ForgottenPeople['names'][number]): readonly string[] {
  const [user = ''] = name.split('@', 1);
  return [user, contactGroup(channel, name)];
}

async function readAll(
  objects: readonly ListedObject[],
  words: readonly string[],
  { store, onProgress, signal }: TraceTools,
  onLine: (object: ListedObject, line: string, number: number) => void,
): Promise<void> {
  let read = 0;
  await sideBySide(objects, READS_AT_ONCE, async (object) => {
    if (signal.aborted) return;
    for (const [number, line] of linesWith(words, await store.read(object).then(textOf))) {
      onLine(object, line, number);
    }
    read += 1;
    onProgress(read, objects.length);
  });
}

async function textOf(object: ReadObject | undefined): Promise<Buffer> {
  return object === undefined ? Buffer.alloc(0) : await unzip(object.bytes);
}

/** Most objects have nobody's: it is quicker to look at the bytes than to make lines of them. */
function linesWith(words: readonly string[], text: Buffer): (readonly [number, string])[] {
  if (!words.some((word) => text.includes(word))) return [];
  const lines = text.toString().split('\n');
  return [...lines.entries()].filter(([, line]) => words.some((word) => line.includes(word)));
}

function traceOf(event: RoutedEvent, object: ListedObject): Trace {
  const { payload, payloadKey: _, ...facts } = event;
  const recipients = event.kind === 'status' ? recipientsOf(event, payload) : [];
  return { ...facts, object, recipients };
}

function addLinks(links: Map<string, DatedLink[]>, event: RoutedEvent): void {
  const shown = event.payload === undefined ? [] : eventOfPayload(event, event.payload)?.links;
  if (shown === undefined || shown.length === 0) return;
  const dated = shown.map((link) => ({ ...link, seenAt: event.occurredAt }));
  links.set(event.channel, [...mergedLinks([...(links.get(event.channel) ?? []), ...dated])]);
}

/** What became of a message stands where its earliest status does, and is one person's as a whole. */
function doomedOf(
  traces: readonly Trace[],
  { isForgotten }: ForgottenPeople,
): ReadonlyMap<ListedObject, ReadonlySet<string>> {
  const messages = Map.groupBy(traces, ({ kind, group, id }) => (kind === 'status' ? group : id));
  const theirs = [...messages.values()].flatMap((lines) => {
    const recipients = lines.flatMap((line) => line.recipients);
    const occurredAt = Math.min(...lines.map((line) => line.occurredAt));
    return lines.filter((line) => isForgotten({ ...line, occurredAt }, () => recipients));
  });
  const objects = Map.groupBy(theirs, ({ object }) => object);
  return new Map(
    [...objects].map(([object, lines]) => [object, new Set(lines.map(({ id }) => id))]),
  );
}
