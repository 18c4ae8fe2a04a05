import type { DeleteItemCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Subscriber } from '../domain/subscriber.ts';
import type { CallAws } from './aws-json.ts';
import { holds } from './condition.ts';
import { ATTRIBUTES as A, limitsPartition } from './table-rows.ts';
import { rowKey } from './table-writes.ts';
import { numberValue } from './update-expression.ts';

type Limited = Pick<Subscriber, 'id' | 'ratePerSecond' | 'concurrency'>;

/** What lets one delivery go out, until it is given back. */
interface Permit {
  readonly giveBack: (signal: AbortSignal) => Promise<void>;
}

/** Undefined where the subscriber's limits let no more go out at this moment. */
export type AcquirePermit = (
  subscriber: Limited,
  signal: AbortSignal,
) => Promise<Permit | undefined>;

const FREE: Permit = { giveBack: () => Promise.resolve() };

/** Slots that are tried before the subscriber is taken to be busy. */
const SLOTS_TRIED = 4;

const KEPT_SECONDS = 3600;

export interface LimitsOptions {
  readonly tableName: string;
  /** The longest that a delivery can take: who crashed gives its slot back by then. */
  readonly slotMs: number;
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** Counts in the table, so that the limits hold over all functions that deliver at once. */
export function deliveryLimits(dynamodb: CallAws, options: LimitsOptions): AcquirePermit {
  const { tableName: TableName, slotMs, now, random } = options;

  async function takeSecond({ id, ratePerSecond }: Limited, signal: AbortSignal) {
    if (ratePerSecond === undefined) return true;
    const second = Math.floor(now() / 1000);
    const input: UpdateItemCommandInput = {
      TableName,
      Key: rowKey(limitsPartition(id), `second#${second}`),
      UpdateExpression: `SET ${A.expiresAt} = :expires ADD ${A.used} :one`,
      ConditionExpression: `attribute_not_exists(${A.used}) OR ${A.used} < :limit`,
      ExpressionAttributeValues: {
        ':one': numberValue(1),
        ':limit': numberValue(ratePerSecond),
        ':expires': numberValue(second + KEPT_SECONDS),
      },
    };
    return holds(dynamodb('UpdateItem', input, signal));
  }

  async function takeSlot(id: string, slot: number, signal: AbortSignal) {
    const heldUntil = now() + slotMs;
    const Key = rowKey(limitsPartition(id), `slot#${slot}`);
    const input: UpdateItemCommandInput = {
      TableName,
      Key,
      UpdateExpression: `SET ${A.heldUntil} = :until, ${A.expiresAt} = :expires`,
      ConditionExpression: `attribute_not_exists(${A.heldUntil}) OR ${A.heldUntil} < :now`,
      ExpressionAttributeValues: {
        ':until': numberValue(heldUntil),
        ':now': numberValue(now()),
        ':expires': numberValue(Math.floor(heldUntil / 1000) + KEPT_SECONDS),
      },
    };
    if (!(await holds(dynamodb('UpdateItem', input, signal)))) return undefined;
    return {
      giveBack: async (signalOfReturn: AbortSignal) => {
        const free: DeleteItemCommandInput = {
          TableName,
          Key,
          // Whoever took it over after its time has another.
          ConditionExpression: `${A.heldUntil} = :until`,
          ExpressionAttributeValues: { ':until': numberValue(heldUntil) },
        };
        await holds(dynamodb('DeleteItem', free, signalOfReturn));
      },
    };
  }

  async function takeAnySlot({ id, concurrency }: Limited, signal: AbortSignal) {
    if (concurrency === undefined) return FREE;
    const first = Math.floor(random() * concurrency);
    for (let tried = 0; tried < Math.min(SLOTS_TRIED, concurrency); tried += 1) {
      const permit = await takeSlot(id, (first + tried) % concurrency, signal);
      if (permit !== undefined) return permit;
    }
    return undefined;
  }

  return async (subscriber, signal) => {
    const permit = await takeAnySlot(subscriber, signal);
    if (permit === undefined) return undefined;
    if (await takeSecond(subscriber, signal)) return permit;
    await permit.giveBack(signal);
    return undefined;
  };
}
