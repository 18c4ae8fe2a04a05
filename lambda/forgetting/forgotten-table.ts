import { writeCounts } from '../campaigns/counts.ts';
import { countsOfRow } from '../campaigns/figures.ts';
import type { IdentityLink } from '../events/event.ts';
import { isPartitionFull, isUnmet } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import {
  ATTRIBUTES as A,
  linkSortKey,
  MEDIA_ATTRIBUTES as M,
  namesPartition,
  STATUS_PREFIXES,
  timeKey,
} from '../table/keys.ts';
import { byKey, tableQueries } from '../table/query-table.ts';
import { type Item, keyOf, type RowKey, textOf, toItem } from '../table/stored-rows.ts';
import { numberValue, textValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';

/** What stays of a forgotten row: enough to know the event when the provider delivers it again. */
const KEPT: ReadonlySet<string> = new Set([
  ...[A.partitionKey, A.sortKey, A.expiresAt, A.forgottenAt],
  // Of a campaign's message, so that no figure changes: it says nothing of whom it went to.
  A.counted,
]);

/** What a row can do without until it is emptied: more than the mark takes, and nothing by which it is found. */
const SPARE = [A.payload, A.provider, A.direction, A.type, A.receivedAt, A.displayPhoneNumber];

/** Meta delivers again for 7 days. */
const RETRIES_END_MS = 8 * 86_400_000;

interface DeletedObjects {
  readonly payloads: number;
  readonly files: number;
}

export interface ForgottenRows {
  /**
   * Empties a row, after what it points at in buckets is deleted. Its key stays until it expires.
   * Resolves with how much was deleted; undefined where there is no row.
   */
  readonly forgetRow: (key: RowKey, signal: AbortSignal) => Promise<DeletedObjects | undefined>;
  /** Keys of all rows of a sent message: its own, and those of a group chat's members. */
  readonly messageRows: (messageGroup: string, signal: AbortSignal) => Promise<readonly RowKey[]>;
  /**
   * Empties a link. Its key, which holds one of the names, stays until the provider's retries end;
   * an event that happens after this brings the link back.
   */
  readonly forgetLink: (channel: string, link: IdentityLink, signal: AbortSignal) => Promise<void>;
}

export interface ForgottenRowsOptions {
  readonly tableName: string;
  readonly deletePayload: (key: string, signal: AbortSignal) => Promise<void>;
  /** Deletes the file that came with a message. */
  readonly deleteFile: (key: string, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Every call may be repeated, also after a part of it was done. */
export function forgottenRows(
  dynamodb: CallAws,
  { tableName: TableName, deletePayload, deleteFile, now }: ForgottenRowsOptions,
): ForgottenRows {
  const update = (key: RowKey, change: object, signal: AbortSignal) =>
    dynamodb('UpdateItem', { TableName, Key: rowKey(key.pk, key.sk), ...change }, signal);

  /** From here on no status adds to the row, and readers hide it. */
  async function mark(key: RowKey, signal: AbortSignal): Promise<Item | undefined> {
    try {
      const answer = await update(key, marked(now()), signal).catch((error: unknown) => {
        if (!isPartitionFull(error)) throw error;
        // A full partition takes what makes a row smaller.
        return update(key, marked(now(), SPARE), signal);
      });
      return toItem(memberOf(answer, 'Attributes'));
    } catch (error) {
      if (isUnmet(error)) return undefined;
      throw error;
    }
  }

  async function empty(row: Item, signal: AbortSignal): Promise<void> {
    const names = Object.keys(row).filter((name) => !KEPT.has(name));
    if (names.length === 0) return;
    const { UpdateExpression: remove, ...named } = removal(names);
    if (!(A.recipient in row) && !(A.triggered in row)) {
      await update(keyOf(row), { ...named, UpdateExpression: remove }, signal);
      return;
    }
    const change = {
      ...named,
      UpdateExpression: `SET ${A.counted} = if_not_exists(${A.counted}, :counted) ${remove}`,
      ExpressionAttributeValues: { ':counted': textValue(writeCounts(countsOfRow(row))) },
    };
    await update(keyOf(row), change, signal);
  }

  return {
    forgetRow: async (key, signal) => {
      const row = await mark(key, signal);
      if (row === undefined) return undefined;
      const { payloads, files } = objectKeysOf(row);
      for (const payload of payloads) await deletePayload(payload, signal);
      for (const file of files) await deleteFile(file, signal);
      await empty(row, signal);
      return { payloads: payloads.length, files: files.length };
    },
    messageRows: async (messageGroup, signal) => {
      const queries = tableQueries(
        (operation, input) => dynamodb(operation, input, signal),
        TableName,
      );
      const rows = await Array.fromAsync(queries.all(byKey(A.partitionKey, messageGroup)));
      return rows.map(keyOf);
    },
    forgetLink: async (channel, { relation, from, to }, signal) => {
      const input = {
        ...{ TableName, Key: rowKey(namesPartition(channel, from), linkSortKey(relation, to)) },
        UpdateExpression: `SET ${A.forgottenAt} = :now, ${A.expiresAt} = :end REMOVE #from, #to, ${A.seenAt}, ${A.timelinePk}, ${A.timelineAt}`,
        ExpressionAttributeNames: { '#from': A.linkFrom, '#to': A.linkTo },
        ExpressionAttributeValues: {
          ':now': textValue(timeKey(now())),
          ':end': numberValue(Math.ceil((now() + RETRIES_END_MS) / 1000)),
        },
      };
      await dynamodb('UpdateItem', input, signal);
    },
  };
}

/** @param spare what is removed with it */
function marked(nowMs: number, spare?: readonly string[]) {
  const { UpdateExpression: remove = '', ...named } = spare === undefined ? {} : removal(spare);
  return {
    ...named,
    ReturnValues: 'ALL_NEW',
    UpdateExpression:
      `SET ${A.forgottenAt} = if_not_exists(${A.forgottenAt}, :now) ${remove}`.trimEnd(),
    ConditionExpression: `attribute_exists(${A.partitionKey})`,
    ExpressionAttributeValues: { ':now': textValue(timeKey(nowMs)) },
  };
}

function removal(names: readonly string[]) {
  return {
    UpdateExpression: `REMOVE ${names.map((_, index) => `#${index}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#${index}`, name])),
  };
}

/** Of the objects that a row points at. */
export function objectKeysOf(row: Item): {
  readonly payloads: readonly string[];
  readonly files: readonly string[];
} {
  return { payloads: payloadKeysOf(row), files: M.key in row ? [textOf(row, M.key)] : [] };
}

function payloadKeysOf(row: Item): string[] {
  return Object.keys(row)
    .filter((name) => name === A.payloadKey || name.startsWith(STATUS_PREFIXES.payloadKey))
    .map((name) => textOf(row, name));
}
