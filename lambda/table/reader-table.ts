import type { DatedLink } from '../events/name-eras.ts';
import type { TimelineKey } from '../events/newest-first.ts';
import { batchGet } from './batch-table.ts';
import {
  ATTRIBUTES as A,
  INDEXES,
  MESSAGE_SORT_KEY,
  namesPartition,
  OUTGOING_PREFIX,
  PARTICIPANT_PREFIX,
  timeKey,
} from './keys.ts';
import { readOutgoing } from './outgoing-json.ts';
import { isRecordKey } from './outgoing-keys.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { type OutgoingRecord, toRecord } from './outgoing-record.ts';
import {
  byKey,
  byKeyAndPrefix,
  newestFirst,
  type ReadTable,
  type TableQueries,
  type TimelineSpan,
  tableQueries,
} from './query-table.ts';
import {
  type Item,
  isClaim,
  isHidden,
  keyOf,
  type Participant,
  type RowKey,
  type SentMessage,
  type StoredEvent,
  textOf,
  toLink,
  toParticipant,
  toSentMessage,
  toStoredEvent,
} from './stored-rows.ts';

interface FoundLinks {
  readonly links: readonly DatedLink[];
  /** False where there are more than one read brings. */
  readonly isComplete: boolean;
}

/** Rows by `rowId`, none of them expired or forgotten. */
interface FoundRows {
  readonly events: ReadonlyMap<string, StoredEvent>;
  readonly messages: ReadonlyMap<string, SentMessage>;
  /** Keys of the rows in whose favour claims are, by the claims' own. */
  readonly claims: ReadonlyMap<string, RowKey>;
  /** Messages that somebody asked to send. */
  readonly contents: ReadonlyMap<string, OutgoingMessage>;
  /** What became of them. */
  readonly records: ReadonlyMap<string, OutgoingRecord>;
  /** Our ids of sent messages. */
  readonly pointers: ReadonlyMap<string, string>;
}

/** Reads the table. What has expired or is forgotten is hidden. */
export interface TableReader {
  /** The links from a name and to it. */
  readonly linksOf: (channel: string, name: string) => Promise<FoundLinks>;
  /** Keys of a contact's events, newest first, read as they are asked for. Some may have expired. */
  readonly eventKeys: (span: TimelineSpan) => AsyncIterable<TimelineKey>;
  /** Keys of the messages sent to a contact, likewise. */
  readonly messageKeys: (span: TimelineSpan) => AsyncIterable<TimelineKey>;
  readonly rows: (keys: readonly RowKey[]) => Promise<FoundRows>;
  /** Events of a contact by the beginning of their id, in no order; up to 1 MB of them. */
  readonly eventsById: (
    group: string,
    idPrefix: string,
  ) => Promise<{ readonly events: readonly StoredEvent[]; readonly isComplete: boolean }>;
  /** The claims on one message, by a partition of them. */
  readonly claimsIn: (partition: string) => Promise<readonly Claim[]>;
  /** What the members of a group chat did with a message, by a partition of its statuses. */
  readonly participantsIn: (partition: string) => Promise<readonly Participant[]>;
}

/** A claim, and the row in whose favour it is. */
interface Claim extends RowKey {
  readonly owner: RowKey;
}

/** More links than a name has in practice: each stands for a change of number or BSUID. */
const MAX_LINKS = 50;

/** Sorts a sent message after every event of the same millisecond: as the answer to them. */
const AFTER_EVENTS = '~';

export function rowId({ pk, sk }: RowKey): string {
  return `${pk} ${sk}`;
}

/** The last sort key of a time, for spans. */
export function lastKeyAt(timeMs: number): string {
  return `${timeKey(timeMs)}${AFTER_EVENTS}`;
}

export function tableReader(read: ReadTable, tableName: string, now: () => number): TableReader {
  const queries = tableQueries(read, tableName);
  const isLive = (item: Item) => !isHidden(item, now());
  const get = async (keys: readonly RowKey[]) =>
    (await batchGet(read, tableName, keys)).filter(isLive);

  return {
    linksOf: async (channel, name) => {
      const { away, towards, isAll } = await linksAround(queries, namesPartition(channel, name));
      const items = [...away.filter(isLive), ...(await get(towards))];
      return { links: items.map(toLink), isComplete: isAll };
    },
    eventKeys: (span) => eventKeys(queries, span),
    messageKeys: (span) => messageKeys(queries, span),
    rows: async (keys) => toRows(await get(keys)),
    eventsById: async (group, idPrefix) => {
      const { items, isAll } = await queries.some(byKeyAndPrefix(group, idPrefix));
      return {
        events: items.filter((item) => isLive(item) && isEvent(item)).map(toStoredEvent),
        isComplete: isAll,
      };
    },
    claimsIn: async (partition) => {
      const { items } = await queries.some(byKey(A.partitionKey, partition));
      return items.filter(isLive).map(toClaim);
    },
    participantsIn: async (partition) => {
      const found = queries.all(byKeyAndPrefix(partition, PARTICIPANT_PREFIX));
      return (await Array.fromAsync(found)).filter(isLive).map(toParticipant);
    },
  };
}

async function linksAround(queries: TableQueries, partition: string) {
  const [away, towards] = await Promise.all([
    queries.some({ ...byKey(A.partitionKey, partition), Limit: MAX_LINKS }),
    queries.some({
      ...byKey(A.timelinePk, partition),
      IndexName: INDEXES.timeline,
      ScanIndexForward: false,
      Limit: MAX_LINKS,
    }),
  ]);
  return {
    away: away.items,
    towards: towards.items.map(keyOf),
    isAll: away.isAll && towards.isAll,
  };
}

async function* eventKeys(queries: TableQueries, span: TimelineSpan) {
  const input = newestFirst(INDEXES.byTime, A.partitionKey, A.at, span);
  for await (const item of queries.all(input)) yield { ...keyOf(item), at: textOf(item, A.at) };
}

async function* messageKeys(queries: TableQueries, { from, until, ...span }: TimelineSpan) {
  const digits = timeKey(0).length;
  const times = { ...span, from: from.slice(0, digits), until: until.slice(0, digits) };
  const input = newestFirst(INDEXES.timeline, A.timelinePk, A.timelineAt, times);
  for await (const item of queries.all(input)) {
    yield { ...keyOf(item), at: `${textOf(item, A.timelineAt)}${AFTER_EVENTS}` };
  }
}

function isOfOutgoing(item: Item): boolean {
  return textOf(item, A.partitionKey).startsWith(OUTGOING_PREFIX);
}

function isContent(item: Item): boolean {
  return isOfOutgoing(item) && (A.outgoing in item || A.recipient in item);
}

function isRecord(item: Item): boolean {
  return isOfOutgoing(item) && isRecordKey(keyOf(item));
}

function isPointer(item: Item): boolean {
  return A.outgoingId in item;
}

function isMessage(item: Item): boolean {
  return textOf(item, A.sortKey) === MESSAGE_SORT_KEY && !isOfOutgoing(item);
}

function isEvent(item: Item): boolean {
  return !isMessage(item) && !isClaim(item) && !isOfOutgoing(item) && !isPointer(item);
}

function toClaim(item: Item): Claim {
  return {
    ...keyOf(item),
    owner: { pk: textOf(item, A.claimGroup), sk: textOf(item, A.claimId) },
  };
}

function mapOf<T>(items: readonly Item[], read: (item: Item) => T): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [rowId(keyOf(item)), read(item)]));
}

function toRows(items: readonly Item[]): FoundRows {
  const byId = <T extends RowKey>(rows: readonly T[]) =>
    new Map(rows.map((row) => [rowId(row), row]));
  return {
    events: byId(items.filter(isEvent).map(toStoredEvent)),
    messages: byId(items.filter(isMessage).map(toSentMessage)),
    claims: mapOf(items.filter(isClaim), (item) => toClaim(item).owner),
    contents: mapOf(items.filter(isContent), readOutgoing),
    records: mapOf(items.filter(isRecord), toRecord),
    pointers: mapOf(items.filter(isPointer), (item) => textOf(item, A.outgoingId)),
  };
}
