import type {
  AttributeValue,
  PutItemCommandInput,
  QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { contactGroup } from '../events/event.ts';
import { readCampaignMessageId } from '../events/outgoing-id.ts';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { type CampaignRecipient, readRecipientOf } from '../table/campaign-recipient.ts';
import {
  ATTRIBUTES as A,
  CONTENT_SORT_KEY,
  MESSAGE_SORT_KEY,
  outboxPartition,
  outboxSortKey,
  outgoingPartition,
  timeOfKey,
} from '../table/keys.ts';
import {
  outgoingAttributes,
  readOutgoing,
  readWaiting,
  type WaitingMessage,
  writeWaiting,
} from '../table/outgoing-json.ts';
import { contentKeyOf, recordKeyOf } from '../table/outgoing-keys.ts';
import type { MessageClass, OutgoingMessage } from '../table/outgoing-message.ts';
import { type OutgoingRecord, toRecord } from '../table/outgoing-record.ts';
import { byKey, byKeyAndPrefix, tableQueries } from '../table/query-table.ts';
import { rowReader } from '../table/row-reader.ts';
import { type Item, keyOf, numberIn, textOf } from '../table/stored-rows.ts';
import { numberValue, setAlways, setExpression, textValue } from '../table/update-expression.ts';
import { keyAttributes, rowKey } from '../table/writes.ts';
import type { Wake } from './wake.ts';

/** Stands for the class of those of which nobody knows whether they went out. */
export const UNCERTAIN = 'uncertain' as const;

/** Where a message waits: a lane of a channel. */
export type LaneName = Wake;

/** A message, by its channel and our id. */
export type MessageKey = Pick<OutgoingMessage, 'channel' | 'id'>;

interface StoredContent {
  readonly message: OutgoingMessage;
  /** Of the request that asked for it. */
  readonly bodyHash: string;
  /** The attempt that it was put back for; undefined where it never was. */
  readonly attempt: number | undefined;
}

/** A message and what became of it. */
export interface StoredOutgoing extends StoredContent {
  /** Undefined where nobody claimed it yet. */
  readonly record: OutgoingRecord | undefined;
  /** Of a campaign's: which recipient it was claimed for last. */
  readonly recipient?: CampaignRecipient;
}

/** A message in its lane. */
export interface WaitingRow extends WaitingMessage {
  /** In ms since 1970. */
  readonly dueAt: number;
}

/** The messages that somebody asked to send. All that it writes may be written again. */
export interface Outbox {
  /** False where a message of this id is there. */
  readonly putContent: (
    message: OutgoingMessage,
    bodyHash: string,
    signal: AbortSignal,
  ) => Promise<boolean>;
  readonly putWaiting: (lane: LaneName, waiting: WaitingRow, signal: AbortSignal) => Promise<void>;
  readonly removeWaiting: (
    lane: LaneName,
    waiting: Pick<WaitingRow, 'class' | 'dueAt' | 'id'>,
    signal: AbortSignal,
  ) => Promise<void>;
  /**
   * Lets a message wait for another attempt.
   *
   * Its content tells first that it waits, so that whoever finds it neither claimed nor waiting under
   * its first key does not have it wait twice.
   */
  readonly putBack: (lane: LaneName, waiting: WaitingRow, signal: AbortSignal) => Promise<void>;
  /** Lets a message wait for another attempt in place of the one before, at its place where it is due as before. */
  readonly postpone: (
    lane: LaneName,
    before: WaitingRow,
    after: WaitingRow,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly readContent: (
    key: MessageKey,
    signal: AbortSignal,
  ) => Promise<StoredContent | undefined>;
  /** Reads a message and what became of it as they are now, by one read. */
  readonly read: (key: MessageKey, signal: AbortSignal) => Promise<StoredOutgoing | undefined>;
  /** What waits in a lane as it is now, the first that is due before. */
  readonly queryWaiting: (
    lane: LaneName,
    messageClass: MessageClass | typeof UNCERTAIN,
    limit: number,
    signal: AbortSignal,
  ) => Promise<readonly WaitingRow[]>;
}

export interface OutboxOptions {
  readonly tableName: string;
  /** When a channel's rows of now expire, in seconds since 1970. */
  readonly expiresAt: (channel: string) => number;
}

const IF_ABSENT = `attribute_not_exists(${A.partitionKey})`;

export function outboxTable(dynamodb: CallAws, options: OutboxOptions): Outbox {
  const { tableName: TableName, expiresAt } = options;
  const expiry = (channel: string) => ({ [A.expiresAt]: numberValue(expiresAt(channel)) });

  const read = rowReader(dynamodb, TableName);
  const queries = (signal: AbortSignal) =>
    tableQueries((...query) => dynamodb(...query, signal), TableName);

  const putWaiting: Outbox['putWaiting'] = async (lane, waiting, signal) => {
    const Item = {
      ...waitingKey(lane, waiting),
      [A.waiting]: textValue(writeWaiting(waiting)),
      ...expiry(lane.channel),
    };
    await dynamodb('PutItem', { TableName, Item }, signal);
  };

  const removeWaiting: Outbox['removeWaiting'] = async (lane, waiting, signal) => {
    await dynamodb('DeleteItem', { TableName, Key: waitingKey(lane, waiting) }, signal);
  };

  const putBack: Outbox['putBack'] = async (lane, waiting, signal) => {
    // Nobody asks for it anew, as one who sent a request may.
    if (waiting.recipient !== undefined) return await putWaiting(lane, waiting, signal);
    const update = {
      Key: keyAttributes(contentKeyOf({ ...lane, id: waiting.id })),
      ...setExpression([setAlways(A.attempt, numberValue(waiting.attempt))]),
      ConditionExpression: `attribute_exists(${A.outgoing})`,
    };
    // Content that is gone was forgotten: nothing is left to wait for.
    const isThere = await holds(dynamodb('UpdateItem', { TableName, ...update }, signal));
    if (isThere) await putWaiting(lane, waiting, signal);
  };

  return {
    putWaiting,
    removeWaiting,
    putContent: (message, bodyHash, signal) => {
      const Item = { ...contentItem(message, bodyHash), ...expiry(message.channel) };
      const input: PutItemCommandInput = { TableName, Item, ConditionExpression: IF_ABSENT };
      return holds(dynamodb('PutItem', input, signal));
    },
    putBack,
    postpone: async (lane, before, after, signal) => {
      // At the place that it has.
      if (after.class === before.class && after.dueAt === before.dueAt) {
        return await putWaiting(lane, after, signal);
      }
      await putBack(lane, after, signal);
      await removeWaiting(lane, before, signal);
    },
    readContent: async (key, signal) => {
      const row = await read(contentKeyOf(key), signal);
      return row && contentIn(row);
    },
    read: async ({ channel, id }, signal) => {
      if (readCampaignMessageId(id) !== undefined) {
        const row = await read(recordKeyOf({ channel, id }), signal);
        return row && toCampaignMessage(row);
      }
      const partition = byKey(A.partitionKey, outgoingPartition(channel, id));
      const rows = await queries(signal).some({ ...partition, ConsistentRead: true });
      return toOutgoing(rows.items);
    },
    queryWaiting: async ({ channel, lane }, messageClass, Limit, signal) => {
      const input: Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'> = {
        ...byKeyAndPrefix(outboxPartition(channel, lane), `${messageClass}#`),
        ...{ ConsistentRead: true, Limit },
      };
      const { items } = await queries(signal).some(input);
      return items.map(toWaitingRow);
    },
  };
}

/** It stands in the timeline of its recipient, from when it was asked for. */
function contentItem(message: OutgoingMessage, bodyHash: string): Record<string, AttributeValue> {
  const { channel, to } = message;
  return {
    ...keyAttributes(contentKeyOf(message)),
    ...outgoingAttributes(message),
    [A.bodyHash]: textValue(bodyHash),
    [A.timelinePk]: textValue(contactGroup(channel, to.name)),
  };
}

function waitingKey(
  { channel, lane }: LaneName,
  { class: messageClass, dueAt, id }: Pick<WaitingRow, 'class' | 'dueAt' | 'id'>,
) {
  return rowKey(outboxPartition(channel, lane), outboxSortKey(messageClass, dueAt, id));
}

/** Undefined where it was forgotten: then the key alone is left of it. */
function contentIn(item: Item): StoredContent | undefined {
  if (!(A.outgoing in item)) return undefined;
  return {
    message: readOutgoing(item),
    bodyHash: textOf(item, A.bodyHash),
    attempt: numberIn(item, A.attempt),
  };
}

/** Undefined without content: a record alone is what a forged mark left, or of a message that was forgotten. */
function toOutgoing(rows: readonly Item[]): StoredOutgoing | undefined {
  const bySortKey = new Map(rows.map((row) => [keyOf(row).sk, row]));
  const content = bySortKey.get(CONTENT_SORT_KEY);
  const record = bySortKey.get(MESSAGE_SORT_KEY);
  const stored = content && contentIn(content);
  return stored && { ...stored, record: record && toRecord(record) };
}

/** Undefined where it was forgotten. */
function toCampaignMessage(row: Item): StoredOutgoing | undefined {
  if (!(A.recipient in row)) return undefined;
  const record = toRecord(row);
  const recipient = readRecipientOf(textOf(row, A.recipient));
  return { message: readOutgoing(row), bodyHash: '', attempt: record.attempt, record, recipient };
}

export function toWaitingRow(item: Item): WaitingRow {
  const [, due = ''] = keyOf(item).sk.split('#');
  return { ...readWaiting(textOf(item, A.waiting)), dueAt: timeOfKey(due) };
}
