import type { DeleteItemCommandInput, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { isListOf, isText } from '../shared/json/checks.ts';
import { ATTRIBUTES as A, outboxPartition, outboxSortKey } from '../table/keys.ts';
import { type WaitingMessage, writeWaiting } from '../table/outgoing-json.ts';
import { MESSAGE_CLASSES, type MessageClass } from '../table/outgoing-message.ts';
import { byKeyAndPrefix, tableQueries } from '../table/query-table.ts';
import { type Item, keyOf, textIn } from '../table/stored-rows.ts';
import { numberValue, textValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import type { Held, LaneRow } from './choice.ts';
import { type LaneName, type OutboxOptions, toWaitingRow, UNCERTAIN } from './outbox-table.ts';

/** What a lane chooses from, so that one contact with much that waits does not hide all others. */
const CONTACTS = 50;
const MAX_ROWS = 1000;
const PAGE = 100;
/** Doubts that are read at once. Where there are as many, there may be more. */
export const MOST_DOUBTS = 500;

/** A message of which nobody knows whether it went out, in its lane. */
export interface Doubt extends WaitingMessage {
  /** When that was found, in ms since 1970. */
  readonly since: number;
  /** Ids of messages that went out about then. */
  readonly neighbours: readonly string[];
}

/** The rows of lanes as a sender and the ticker see them. All that it writes may be written again. */
export interface Lanes {
  /** What waits: replies first, each class in order, until there are enough contacts to choose from. */
  readonly look: (lane: LaneName, held: Held, signal: AbortSignal) => Promise<readonly LaneRow[]>;
  /** The first of a class, as it was a moment ago; undefined where none waits. */
  readonly oldest: (
    lane: LaneName,
    messageClass: MessageClass,
    signal: AbortSignal,
  ) => Promise<LaneRow | undefined>;
  readonly putDoubt: (lane: LaneName, doubt: Doubt, signal: AbortSignal) => Promise<void>;
  readonly removeDoubt: (lane: LaneName, doubt: Doubt, signal: AbortSignal) => Promise<void>;
  /** The oldest, up to `MOST_DOUBTS`. */
  readonly doubts: (lane: LaneName, signal: AbortSignal) => Promise<readonly Doubt[]>;
}

export function laneTable(
  dynamodb: CallAws,
  { tableName: TableName, expiresAt }: OutboxOptions,
): Lanes {
  const queries = (signal: AbortSignal) =>
    tableQueries((...query) => dynamodb(...query, signal), TableName);
  const ofClass = ({ channel, lane }: LaneName, messageClass: string) =>
    byKeyAndPrefix(outboxPartition(channel, lane), `${messageClass}#`);
  const doubtKey = ({ channel, lane }: LaneName, { since, id }: Doubt) =>
    rowKey(outboxPartition(channel, lane), outboxSortKey(UNCERTAIN, since, id));

  /** As they are now, class by class, read as they are asked for. */
  async function* waitingRows(lane: LaneName, signal: AbortSignal): AsyncGenerator<LaneRow> {
    for (const messageClass of MESSAGE_CLASSES) {
      const query = { ...ofClass(lane, messageClass), ConsistentRead: true, Limit: PAGE };
      for await (const item of queries(signal).all(query)) yield toLaneRow(item);
    }
  }

  return {
    look: (lane, held, signal) => enoughOf(waitingRows(lane, signal), held),
    oldest: async (lane, messageClass, signal) => {
      const { items } = await queries(signal).some({ ...ofClass(lane, messageClass), Limit: 1 });
      return items.map(toLaneRow)[0];
    },
    putDoubt: async (lane, doubt, signal) => {
      const input: PutItemCommandInput = {
        TableName,
        Item: {
          ...doubtKey(lane, doubt),
          [A.waiting]: textValue(writeWaiting(doubt)),
          [A.neighbours]: textValue(JSON.stringify(doubt.neighbours)),
          [A.expiresAt]: numberValue(expiresAt(lane.channel)),
        },
      };
      await dynamodb('PutItem', input, signal);
    },
    removeDoubt: async (lane, doubt, signal) => {
      const input: DeleteItemCommandInput = { TableName, Key: doubtKey(lane, doubt) };
      await dynamodb('DeleteItem', input, signal);
    },
    doubts: async (lane, signal) => {
      const { items } = await queries(signal).some({
        ...ofClass(lane, UNCERTAIN),
        Limit: MOST_DOUBTS,
      });
      return items.map(toDoubt);
    },
  };
}

/** The first of them, until there are enough contacts to choose from. */
async function enoughOf(rows: AsyncIterable<LaneRow>, held: Held): Promise<readonly LaneRow[]> {
  const found: LaneRow[] = [];
  const contacts = new Set<string>();
  for await (const row of rows) {
    if (held.taken.has(row.key)) continue;
    found.push(row);
    if (!held.underWay.has(row.contact)) contacts.add(row.contact);
    if (contacts.size >= CONTACTS || found.length >= MAX_ROWS) break;
  }
  return found;
}

function toLaneRow(item: Item): LaneRow {
  const row = toWaitingRow(item);
  return { ...row, key: keyOf(item).sk, contact: row.to.name };
}

function toDoubt(item: Item): Doubt {
  const { dueAt, ...waiting } = toWaitingRow(item);
  const neighbours: unknown = JSON.parse(textIn(item, A.neighbours) ?? '[]');
  return {
    ...waiting,
    since: dueAt,
    neighbours: isTexts(neighbours) ? neighbours : [],
  };
}

const isTextList = isListOf(isText);

function isTexts(value: unknown): value is readonly string[] {
  return isTextList(value);
}
