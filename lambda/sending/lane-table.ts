import type { DeleteItemCommandInput, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { CampaignMark } from '../campaigns/campaign-mark.ts';
import { markIn } from '../campaigns/marks-table.ts';
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
/** Whether something of a class waits is told by the first few: of campaigns alone, more are none. */
const OLDEST = 10;
/** Doubts that are read at once. Where there are as many, there may be more. */
export const MOST_DOUBTS = 500;

/** A message of which nobody knows whether it went out, in its lane. */
export interface Doubt extends WaitingMessage {
  /** When that was found, in ms since 1970. */
  readonly since: number;
  /** Ids of messages that went out about then. */
  readonly neighbours: readonly string[];
}

/** What waits in a lane. */
export interface Look {
  readonly rows: readonly LaneRow[];
  /** Campaigns that have messages for it, also those whose time has not come. */
  readonly campaigns: readonly CampaignMark[];
}

/** The rows of lanes as a sender and the ticker see them. All that it writes may be written again. */
export interface Lanes {
  /** What waits: replies first, each class in order, until there are enough contacts to choose from. */
  readonly look: (lane: LaneName, held: Held, signal: AbortSignal) => Promise<Look>;
  /** The first of a class, as they were a moment ago. */
  readonly oldest: (
    lane: LaneName,
    messageClass: MessageClass,
    signal: AbortSignal,
  ) => Promise<Look>;
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
  async function* waitingRows(lane: LaneName, signal: AbortSignal): AsyncGenerator<Item> {
    for (const messageClass of MESSAGE_CLASSES) {
      const query = { ...ofClass(lane, messageClass), ConsistentRead: true, Limit: PAGE };
      yield* queries(signal).all(query);
    }
  }

  return {
    look: (lane, held, signal) => enoughOf(waitingRows(lane, signal), held),
    oldest: async (lane, messageClass, signal) => {
      const first = { ...ofClass(lane, messageClass), Limit: OLDEST };
      const { items } = await queries(signal).some(first);
      return {
        rows: items.filter((item) => !(A.campaign in item)).map(toLaneRow),
        campaigns: items.flatMap((item) => markIn(item) ?? []),
      };
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
async function enoughOf(items: AsyncIterable<Item>, held: Held): Promise<Look> {
  const found: LaneRow[] = [];
  const campaigns: CampaignMark[] = [];
  const contacts = new Set<string>();
  for await (const item of items) {
    const mark = markIn(item);
    if (mark !== undefined) {
      campaigns.push(mark);
      continue;
    }
    const row = toLaneRow(item);
    if (held.taken.has(row.key)) continue;
    found.push(row);
    if (isToChoose(row, held)) contacts.add(row.contact);
    if (contacts.size >= CONTACTS || found.length >= MAX_ROWS) break;
  }
  return { rows: found, campaigns };
}

/** What a campaign holds back, or whose contact is busy, is nothing to choose from. */
function isToChoose(row: LaneRow, { underWay, opensAt }: Held): boolean {
  const isHeld = row.recipient !== undefined && opensAt?.(row) === Number.POSITIVE_INFINITY;
  return !underWay.has(row.contact) && !isHeld;
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
