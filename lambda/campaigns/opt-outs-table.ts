import { accountNumber } from '../events/alternate-numbers.ts';
import { digest } from '../events/event.ts';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { batchGet } from '../table/batch-table.ts';
import { ATTRIBUTES as A, OPT_OUT_SHARDS, optOutPartition } from '../table/keys.ts';
import { type Item, numberIn, type RowKey, textOf } from '../table/stored-rows.ts';
import { numberValue, timeValue } from '../table/update-expression.ts';
import { keyAttributes } from '../table/writes.ts';

/** Why somebody gets no campaign of a tenant. One of both at least. */
export interface LeftOut {
  /** Since when they want no marketing, in ms since 1970. */
  readonly optedOutAt?: number;
  /** When they were forgotten, likewise: whom a check before that found is not sent to. */
  readonly forgottenAt?: number;
}

export interface OptOutReader {
  /**
   * Who of these names gets no campaign of a tenant, by name; one request for each hundred.
   *
   * @param isConsistent false where what was so a moment ago will do, for half the price. @default false
   */
  readonly leftOut: (
    tenant: string,
    names: readonly string[],
    signal: AbortSignal,
    options?: { readonly isConsistent?: boolean },
  ) => Promise<ReadonlyMap<string, LeftOut>>;
}

export interface OptOutWriter {
  /**
   * Keeps what somebody decided, unless they decided something else later. May be repeated. Providers tell
   * whole seconds: of two decisions in one second it is the one to opt out.
   */
  readonly decide: (
    tenant: string,
    name: string,
    decision: { readonly isOptedOut: boolean; readonly at: number },
    signal: AbortSignal,
  ) => Promise<void>;
  /** Keeps that somebody was forgotten, for as long as parts may name them. */
  readonly forget: (tenant: string, name: string, signal: AbortSignal) => Promise<void>;
}

/** Whether somebody is not sent what a check at that time found them for. @param category of the template */
export function isLeftOut(
  leftOut: LeftOut | undefined,
  { category, checkedAt }: { readonly category: string; readonly checkedAt: number },
): boolean {
  const { optedOutAt, forgottenAt = 0 } = leftOut ?? {};
  return forgottenAt >= checkedAt || (category === 'marketing' && optedOutAt !== undefined);
}

export function optOutReader(dynamodb: CallAws, TableName: string): OptOutReader {
  return {
    leftOut: async (tenant, names, signal, options = {}) => {
      const read = (operation: string, input: object) => dynamodb(operation, input, signal);
      const keys = new Map(names.map((name) => [name, optOutKey(tenant, name)]));
      const rows = await batchGet(read, TableName, [...keys.values()], options);
      const found = new Map(rows.map((row) => [textOf(row, A.sortKey), toLeftOut(row)]));
      const all = [...keys].flatMap(([name, { sk }]) => {
        const leftOut = found.get(sk);
        return leftOut === undefined ? [] : [[name, leftOut] as const];
      });
      return new Map(all);
    },
  };
}

/** Parts end 30 days after their campaign, and a campaign can wait for its time. */
const FORGOTTEN_DAYS = 180;

export function optOutWriter(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): OptOutWriter {
  const update = (tenant: string, name: string, change: object, signal: AbortSignal) => {
    const Key = keyAttributes(optOutKey(tenant, name));
    return holds(dynamodb('UpdateItem', { TableName, Key, ...change }, signal));
  };
  const expiry = () => numberValue(Math.ceil(now() / 1000) + FORGOTTEN_DAYS * 86_400);
  return {
    decide: async (tenant, name, { isOptedOut, at }, signal) => {
      const isLater = (than: '<' | '<=') =>
        `(attribute_not_exists(${A.decidedAt}) OR ${A.decidedAt} ${than} :at)`;
      const change = isOptedOut
        ? {
            UpdateExpression: `SET ${A.optedOutAt} = :at, ${A.decidedAt} = :at REMOVE ${A.expiresAt}`,
            ConditionExpression: isLater('<='),
            ExpressionAttributeValues: { ':at': timeValue(at) },
          }
        : {
            UpdateExpression: `SET ${A.decidedAt} = :at, ${A.expiresAt} = :end REMOVE ${A.optedOutAt}`,
            // Who never opted out need not be kept.
            ConditionExpression: `attribute_exists(${A.partitionKey}) AND ${isLater('<')}`,
            ExpressionAttributeValues: { ':at': timeValue(at), ':end': expiry() },
          };
      await update(tenant, name, change, signal);
    },
    forget: async (tenant, name, signal) => {
      const set = `SET ${A.leftOutAt} = :now`;
      const values = { ':now': timeValue(now()) };
      const isKept = await update(
        ...[tenant, name],
        {
          UpdateExpression: `${set}, ${A.expiresAt} = :end`,
          ConditionExpression: `attribute_not_exists(${A.optedOutAt})`,
          ExpressionAttributeValues: { ...values, ':end': expiry() },
        },
        signal,
      );
      if (isKept) return;
      // Who opted out stays so for good.
      const change = { UpdateExpression: set, ExpressionAttributeValues: values };
      await update(tenant, name, change, signal);
    },
  };
}

/** By a digest, so that what is kept for good names nobody who is not known already. Both forms of a number are one. */
export function optOutKey(tenant: string, name: string): RowKey {
  const sk = digest([tenant, accountNumber(name)]);
  const shard = Buffer.from(sk).reduce((sum, byte) => sum + byte, 0) % OPT_OUT_SHARDS;
  return { pk: optOutPartition(tenant, shard), sk };
}

/** Undefined where nothing of it counts any more. */
function toLeftOut(row: Item): LeftOut | undefined {
  const optedOutAt = numberIn(row, A.optedOutAt);
  const forgottenAt = numberIn(row, A.leftOutAt);
  if (optedOutAt === undefined && forgottenAt === undefined) return undefined;
  return {
    ...(optedOutAt !== undefined && { optedOutAt }),
    ...(forgottenAt !== undefined && { forgottenAt }),
  };
}
