import type {
  DeleteItemCommandInput,
  PutItemCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { batchGet } from '../table/batch-table.ts';
import {
  ATTRIBUTES as A,
  campaignPartition,
  duePartition,
  dueSortKey,
  ROWS_SORT_KEY,
  TRIGGERED_RECIPIENT_PREFIX,
  TRIGGERED_SHARDS,
  timeOfKey,
  triggeredPartition,
} from '../table/keys.ts';
import { byKey, tableQueries } from '../table/query-table.ts';
import { rowReader } from '../table/row-reader.ts';
import { type Item, keyOf, numberOf, type RowKey, textIn, textOf } from '../table/stored-rows.ts';
import {
  numberValue,
  setAlways,
  setExpression,
  textValue,
  timeValue,
} from '../table/update-expression.ts';
import { keyAttributes, rowKey } from '../table/writes.ts';
import {
  outlivesCampaign,
  readTriggered,
  TRIGGERED_ENDS,
  type Triggered,
  writeTriggered,
} from './triggered.ts';

/** That somebody is due in a track at a time. Their own row says whether that is still so. */
export interface DueRow {
  /** Of the row of whom it is about: see `triggeredName`. */
  readonly name: string;
  /** In ms since 1970. */
  readonly dueAt: number;
}

/** `forgotten` where the row is empty, and its key is known. */
export type FoundTriggered = Triggered | 'forgotten' | undefined;

type Progress = Pick<Triggered, 'step' | 'dueAt' | 'ended'>;

/**
 * Who was put into triggered campaigns, and when they are due. A row of somebody is the truth; those of when they
 * are due only have them found, and may be put again, or be of what is over.
 */
export interface TriggeredTable {
  readonly read: (campaign: string, name: string, signal: AbortSignal) => Promise<FoundTriggered>;
  readonly readAll: (
    campaign: string,
    names: readonly string[],
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, FoundTriggered>>;
  /** A number that nobody of the campaign has. */
  readonly nextRow: (campaign: string, signal: AbortSignal) => Promise<number>;
  /** False where somebody of that name is there. @param expiresAt in seconds since 1970 */
  readonly add: (
    campaign: string,
    name: string,
    triggered: Triggered,
    expiresAt: number,
    signal: AbortSignal,
  ) => Promise<boolean>;
  /** Says how far somebody is. False where that is not as it was. */
  readonly move: (
    campaign: string,
    name: string,
    change: {
      readonly before: Progress;
      readonly after: Progress;
      /** In seconds since 1970. @default as it was */
      readonly expiresAt?: number;
    },
    signal: AbortSignal,
  ) => Promise<boolean>;
  readonly putDue: (
    campaign: string,
    track: number,
    due: DueRow,
    expiresAt: number,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly removeDue: (
    campaign: string,
    track: number,
    due: DueRow,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Who is due in a track, the first by time, also those whose time has not come. */
  readonly due: (
    campaign: string,
    track: number,
    limit: number,
    signal: AbortSignal,
  ) => Promise<readonly DueRow[]>;
}

/** @param now in ms since 1970 */
export function triggeredTable(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): TriggeredTable {
  return { ...peopleOf(dynamodb, TableName, now), ...duesOf(dynamodb, TableName) };
}

type Dues = Pick<TriggeredTable, 'putDue' | 'removeDue' | 'due'>;

function peopleOf(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): Omit<TriggeredTable, keyof Dues> {
  const read = rowReader(dynamodb, TableName);

  return {
    read: async (campaign, name, signal) => toTriggered(await read(rowOf(campaign, name), signal)),
    readAll: async (campaign, names, signal) => {
      const rows = await batchGet(
        (operation, input) => dynamodb(operation, input, signal),
        TableName,
        names.map((name) => rowOf(campaign, name)),
        { isConsistent: true },
      );
      return new Map(rows.map((row) => [nameIn(row), toTriggered(row)]));
    },
    nextRow: async (campaign, signal) => {
      const input: UpdateItemCommandInput = {
        ...{ TableName, Key: rowKey(campaignPartition(campaign), ROWS_SORT_KEY) },
        UpdateExpression: 'ADD #rows :one SET #expiresAt = :expiresAt',
        ExpressionAttributeNames: { '#rows': A.rows, '#expiresAt': A.expiresAt },
        ExpressionAttributeValues: {
          ':one': numberValue(1),
          ':expiresAt': numberValue(outlivesCampaign(now())),
        },
        ReturnValues: 'UPDATED_NEW',
      };
      const answer = await dynamodb('UpdateItem', input, signal);
      return Number(memberOf(memberOf(memberOf(answer, 'Attributes'), A.rows), 'N'));
    },
    add: async (campaign, name, triggered, expiresAt, signal) => {
      const input: PutItemCommandInput = {
        TableName,
        Item: {
          ...keyAttributes(rowOf(campaign, name)),
          [A.triggered]: textValue(writeTriggered(triggered)),
          [A.step]: numberValue(triggered.step),
          [A.dueAt]: timeValue(triggered.dueAt),
          [A.expiresAt]: numberValue(expiresAt),
        },
        ConditionExpression: `attribute_not_exists(${A.partitionKey})`,
      };
      return await holds(dynamodb('PutItem', input, signal));
    },
    move: async (campaign, name, { before, after, expiresAt }, signal) => {
      const set = setExpression([
        setAlways(A.step, numberValue(after.step)),
        setAlways(A.dueAt, timeValue(after.dueAt)),
        ...(expiresAt === undefined ? [] : [setAlways(A.expiresAt, numberValue(expiresAt))]),
        ...(after.ended === undefined ? [] : [setAlways(A.ended, textValue(after.ended))]),
      ]);
      const was =
        before.ended === undefined ? `attribute_not_exists(${A.ended})` : `${A.ended} = :was`;
      const input: UpdateItemCommandInput = {
        ...{ TableName, Key: keyAttributes(rowOf(campaign, name)), ...set },
        ConditionExpression: `#0 = :step AND #1 = :dueAt AND ${was} AND attribute_not_exists(${A.forgottenAt})`,
        ExpressionAttributeValues: {
          ...set.ExpressionAttributeValues,
          ':step': numberValue(before.step),
          ':dueAt': timeValue(before.dueAt),
          ...(before.ended !== undefined && { ':was': textValue(before.ended) }),
        },
      };
      return await holds(dynamodb('UpdateItem', input, signal));
    },
  };
}

function duesOf(dynamodb: CallAws, TableName: string): Dues {
  return {
    putDue: async (campaign, track, { name, dueAt }, expiresAt, signal) => {
      const input: PutItemCommandInput = {
        TableName,
        Item: {
          ...rowKey(duePartition(campaign, track), dueSortKey(dueAt, name)),
          [A.expiresAt]: numberValue(expiresAt),
        },
      };
      await dynamodb('PutItem', input, signal);
    },
    removeDue: async (campaign, track, { name, dueAt }, signal) => {
      const input: DeleteItemCommandInput = {
        TableName,
        Key: rowKey(duePartition(campaign, track), dueSortKey(dueAt, name)),
      };
      await dynamodb('DeleteItem', input, signal);
    },
    due: async (campaign, track, Limit, signal) => {
      const query = byKey(A.partitionKey, duePartition(campaign, track));
      const queries = tableQueries((...one) => dynamodb(...one, signal), TableName);
      const { items } = await queries.some({ ...query, ConsistentRead: true, Limit });
      return items.map((item) => {
        const { sk } = keyOf(item);
        return { name: sk.slice(sk.indexOf('#') + 1), dueAt: timeOfKey(sk) };
      });
    },
  };
}

/** All rows of who was put into a campaign, in no order, read as they are asked for. */
export function triggeredRows(
  dynamodb: CallAws,
  TableName: string,
): (campaign: string, signal: AbortSignal) => AsyncIterable<Item> {
  return async function* rowsOf(campaign, signal) {
    const queries = tableQueries((...one) => dynamodb(...one, signal), TableName);
    for (let shard = 0; shard < TRIGGERED_SHARDS; shard += 1) {
      const query = byKey(A.partitionKey, triggeredPartition(campaign, shard));
      yield* queries.all({ ...query, ConsistentRead: true });
    }
  };
}

function rowOf(campaign: string, name: string): RowKey {
  // A character of base64url says six bits.
  const shard = name.charCodeAt(0) % TRIGGERED_SHARDS;
  return {
    pk: triggeredPartition(campaign, shard),
    sk: `${TRIGGERED_RECIPIENT_PREFIX}${name}`,
  };
}

/** Of the row of somebody who was put into a triggered campaign. */
export function nameIn(row: Item): string {
  return keyOf(row).sk.slice(TRIGGERED_RECIPIENT_PREFIX.length);
}

/** Throws on a row that nobody of ours wrote. */
export function toTriggered(row: Item | undefined): FoundTriggered {
  if (row === undefined) return undefined;
  if (A.forgottenAt in row) return 'forgotten';
  const ended = TRIGGERED_ENDS.find((end) => end === textIn(row, A.ended));
  return {
    ...readTriggered(textOf(row, A.triggered)),
    ...{ step: numberOf(row, A.step), dueAt: numberOf(row, A.dueAt) },
    ...(ended !== undefined && { ended }),
  };
}
