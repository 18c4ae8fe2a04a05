import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { isUnmet } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { ATTRIBUTES as A, limitsPartition, RATE_SORT_KEY } from '../table/keys.ts';
import { numberOf, toItem } from '../table/stored-rows.ts';
import { numberValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import { AHEAD_MS, intervalMs, type Pace } from './pace.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * Gives times at which deliveries may go out, over all functions that deliver at once: by one row, which
 * says up to when times are given (the generic cell rate algorithm, without bursts).
 *
 * Resolves with the first of `count` times, the others an interval apart; with when to ask again where
 * they would begin later than `latest`. All in ms since 1970.
 *
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export type ReserveSlots = (
  subscriber: Pick<Subscriber, 'id'> & { readonly ratePerSecond: number },
  count: number,
  latest: number,
  signal: AbortSignal,
) => Promise<Pace>;

const KEPT_SECONDS = 86_400;

export function deliveryPace(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): ReserveSlots {
  /** Adds to the times given where they end in the future, else begins anew. */
  async function reserve(id: string, spanMs: number, latest: number, signal: AbortSignal) {
    const fromMs = now() + AHEAD_MS;
    const Key = rowKey(limitsPartition(id), RATE_SORT_KEY);
    const expires = numberValue(Math.ceil((latest + spanMs) / 1000) + KEPT_SECONDS);
    const write = (
      sets: string,
      condition: string,
      values: UpdateItemCommandInput['ExpressionAttributeValues'],
    ) => {
      const input: UpdateItemCommandInput = {
        ...{ TableName, Key },
        UpdateExpression: `SET ${A.givenUntil} = ${sets}, ${A.expiresAt} = :expires`,
        ConditionExpression: condition,
        ExpressionAttributeValues: { ...values, ':expires': expires },
        ReturnValues: 'UPDATED_NEW',
      };
      return dynamodb('UpdateItem', input, signal);
    };
    const fresh = { ':end': numberValue(fromMs + spanMs), ':from': numberValue(fromMs) };
    const given = {
      ':span': numberValue(spanMs),
      ':from': numberValue(fromMs),
      ':latest': numberValue(latest),
    };
    const isOver = `attribute_not_exists(${A.givenUntil}) OR ${A.givenUntil} <= :from`;
    const isAhead = `${A.givenUntil} BETWEEN :from AND :latest`;
    const onward = () => write(`${A.givenUntil} + :span`, isAhead, given);
    // Once more, since another may have begun anew a moment before.
    return await firstThatHolds([onward, () => write(':end', isOver, fresh), onward]);
  }

  return async ({ id, ratePerSecond }, count, latest, signal) => {
    const interval = intervalMs(ratePerSecond);
    const spanMs = count * interval;
    const answer = await reserve(id, spanMs, latest, signal);
    if (answer === undefined) return { kind: 'later', atMs: latest };
    const end = numberOf(toItem(memberOf(answer, 'Attributes')), A.givenUntil);
    return { kind: 'given', firstMs: end - spanMs, intervalMs: interval, count };
  };
}

async function firstThatHolds(writes: readonly (() => Promise<unknown>)[]): Promise<unknown> {
  for (const write of writes) {
    try {
      return await write();
    } catch (error) {
      if (!isUnmet(error)) throw error;
    }
  }
  return undefined;
}
