import { contactGroup } from '../events/event.ts';
import { nameOf } from '../events/naming.ts';
import type { TimelineKey } from '../events/newest-first.ts';
import { isWithin, type PeriodSpan } from '../people/timeline-spans.ts';
import { RawJson, writeJson } from '../shared/json/raw-json.ts';
import { timeKey } from '../table/keys.ts';
import { rowId, type TableReader } from '../table/reader-table.ts';
import { isBefore, mergedMessage } from '../table/sent-message.ts';
import type { RowKey, SentMessage, StoredEvent } from '../table/stored-rows.ts';
import {
  doublesOf,
  echoKeysOf,
  laterFormsOf,
  messageKeysOf,
  otherSentPlaces,
  replacedPlaceholders,
} from './message-forms.ts';
import { outgoingEntry } from './outgoing-entry.ts';
import { type Outgoing, pointersOf, readOurs } from './outgoing-rows.ts';
import type { TimelineEntry } from './schemas.ts';
import { type EntryDeps, eventEntry, messageEntry } from './timeline-entry.ts';

export interface TimelineRowsDeps extends EntryDeps {
  readonly table: Pick<TableReader, 'rows' | 'claimsIn'>;
}

/** Whose timeline is read. */
export interface TimelineOf {
  readonly spans: readonly PeriodSpan[];
  readonly names: readonly string[];
}

/**
 * Reads the rows of keys, and those that belong to them: the statuses of echoes, the echoes of messages,
 * the content of what came as history or as a placeholder, and further rows of the same message.
 */
export async function readRows(
  keys: readonly TimelineKey[],
  { spans, names }: TimelineOf,
  deps: TimelineRowsDeps,
) {
  const { events, messages, contents } = await deps.table.rows(keys);
  const groups = [...new Set(spans.map(({ group }) => group))];
  const rows = [...events.values(), ...messages.values()];
  const related = await deps.table.rows(rows.flatMap((row) => relatedKeys(row, names, groups)));
  const claimed = await deps.table.rows([...related.claims.values()]);
  const replaced = await replacedPlaceholders([...events.values()], deps.table);
  const told = { contents, pointers: related.pointers };
  const ours = await readOurs(rows, told, names, deps.table);

  /** What stands in the timeline of what is at a key, or claims it. */
  function shownAt(place: RowKey): StoredEvent | undefined {
    const owner = related.claims.get(rowId(place));
    const event = owner ? claimed.events.get(rowId(owner)) : related.events.get(rowId(place));
    return event !== undefined && isShown(event) ? event : undefined;
  }

  function isShown(row: Pick<StoredEvent, 'pk' | 'at'>): boolean {
    return spans.some((span) => isWithin(row, span));
  }

  /** Whether the same message is there in a better form, or in the same one before. */
  function isReplaced(event: StoredEvent): boolean {
    const inForm = (places: readonly RowKey[]) => places.flatMap((place) => shownAt(place) ?? []);
    return (
      replaced.has(rowId(event)) ||
      inForm(laterFormsOf(event, names)).some((other) => rowId(other) !== rowId(event)) ||
      inForm(doublesOf(event, names)).some((other) => isEarlier(other, event))
    );
  }

  function sentAt(places: readonly RowKey[]): readonly SentMessage[] {
    return places.flatMap((place) => related.messages.get(rowId(place)) ?? []);
  }

  /** Whether it is a message of ours, which stands where it was asked for. */
  function isOurs(row: SentMessage | StoredEvent): boolean {
    const outgoing = ours.ofRow(row);
    return outgoing !== undefined && isShown(placeOfOutgoing(outgoing));
  }

  async function ofEvent(event: StoredEvent): Promise<RawJson | undefined> {
    if (isReplaced(event) || isOurs(event)) return undefined;
    const sent = mergedMessage(sentAt(messageKeysOf(event, names)));
    return toJson(await eventEntry(event, sent, deps));
  }

  async function ofMessage(message: SentMessage): Promise<RawJson | undefined> {
    const isEchoed = echoKeysOf(message, groups).some((place) => shownAt(place) !== undefined);
    const others = sentAt(otherSentPlaces(message, names));
    const isElsewhere = others.some(
      (other) => isBefore(other, message) && isShown({ pk: placeOf(other), at: other.at }),
    );
    const whole = mergedMessage([message, ...others]);
    if (isEchoed || isElsewhere || whole === undefined || isOurs(message)) return undefined;
    return toJson(await messageEntry(whole, deps));
  }

  return {
    /** Undefined for what is not shown: expired, or shown elsewhere. */
    entryOf: async (key: TimelineKey): Promise<RawJson | undefined> => {
      const event = events.get(rowId(key));
      const message = messages.get(rowId(key));
      const outgoing = ours.ofContent(key);
      if (outgoing !== undefined) return toJson(await outgoingEntry(outgoing, deps));
      if (event !== undefined) return ofEvent(event);
      return message && ofMessage(message);
    },
  };
}

function toJson(entry: TimelineEntry): RawJson {
  return new RawJson(writeJson(entry));
}

function relatedKeys(
  row: StoredEvent | SentMessage,
  names: readonly string[],
  groups: readonly string[],
): readonly RowKey[] {
  const pointers = pointersOf(row);
  if ('statuses' in row) {
    return [...echoKeysOf(row, groups), ...otherSentPlaces(row, names), ...pointers];
  }
  const forms = [...laterFormsOf(row, names), ...doublesOf(row, names)];
  return [...messageKeysOf(row, names), ...forms, ...pointers];
}

/** Where a message of ours stands in the timeline. */
function placeOfOutgoing({ message }: Outgoing): Pick<StoredEvent, 'pk' | 'at'> {
  const { channel, to, createdAt } = message;
  return { pk: contactGroup(channel, to.name), at: timeKey(createdAt) };
}

function isEarlier(one: StoredEvent, other: StoredEvent): boolean {
  return one.at === other.at ? rowId(one) < rowId(other) : one.at < other.at;
}

/** The partition of the index in which a sent message stands. */
function placeOf({ channel, recipient }: SentMessage): string {
  return contactGroup(channel, nameOf(recipient) ?? '');
}
