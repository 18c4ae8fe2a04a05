import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { DeliveryState, OpenedBecause } from '../domain/delivery-state.ts';
import { memberOf } from '../domain/json-source.ts';
import type { CallAws } from './aws-json.ts';
import { holds } from './condition.ts';
import { type Item, numberOf, toItem } from './stored-rows.ts';
import { ATTRIBUTES as A, SUBSCRIBERS_PARTITION } from './table-rows.ts';
import { rowKey } from './table-writes.ts';
import { numberValue, textValue } from './update-expression.ts';

/** Changes what is kept beside a subscriber, and nothing where it was removed. */
export interface DeliveryStateWriter {
  /** Counts a failed try. Resolves with how many there were since the last success. */
  readonly addFailure: (id: string, signal: AbortSignal) => Promise<number>;
  readonly clearFailures: (id: string, signal: AbortSignal) => Promise<void>;
  /** False where the breaker was open already, or is closing unless `either` will do. */
  readonly open: (
    id: string,
    because: OpenedBecause,
    from: 'closed' | 'either',
    signal: AbortSignal,
  ) => Promise<boolean>;
  /** False where it was not open any more. */
  readonly startClosing: (id: string, signal: AbortSignal) => Promise<boolean>;
  /** False where it is not the same closing any more. */
  readonly close: (id: string, closingAt: number, signal: AbortSignal) => Promise<boolean>;
  /** Lets one drainer work on a subscriber. False where another one does. */
  readonly lease: (
    id: string,
    owner: string,
    untilMs: number,
    signal: AbortSignal,
  ) => Promise<boolean>;
  readonly release: (id: string, owner: string, signal: AbortSignal) => Promise<void>;
}

const OPENED_BECAUSE: readonly OpenedBecause[] = ['failing', 'paused', 'limits'];

export function deliveryStateOf(row: Item): DeliveryState {
  const breaker = row[A.breakerState]?.S;
  return {
    breaker: breaker === 'open' || breaker === 'closing' ? breaker : 'closed',
    openedBecause: OPENED_BECAUSE.find((because) => because === row[A.openedBecause]?.S),
    failures: A.failures in row ? numberOf(row, A.failures) : 0,
    closingAt: A.closingAt in row ? numberOf(row, A.closingAt) : undefined,
  };
}

type Values = Readonly<Record<string, AttributeValue>>;

/** One update: its expression, its condition and what both name. */
type Change = readonly [update: string, condition: string, values?: Values];

const EXISTS = `attribute_exists(${A.partitionKey})`;
const NOT_OPEN = `attribute_not_exists(${A.breakerState})`;
const CLOSING = `${A.breakerState} = :closing`;
const IS_CLOSING = { ':closing': textValue('closing') };
const OF_BREAKER = [A.breakerState, A.openedBecause, A.openedAt, A.closingAt, A.failures];

const ONE_MORE_FAILURE: Change = [`ADD ${A.failures} :one`, EXISTS, { ':one': numberValue(1) }];
const NO_FAILURES: Change = [`REMOVE ${A.failures}`, EXISTS];

function opened(because: OpenedBecause, from: 'closed' | 'either', nowMs: number): Change {
  const isFrom = from === 'closed' ? NOT_OPEN : `(${NOT_OPEN} OR ${CLOSING})`;
  return [
    `SET ${A.breakerState} = :open, ${A.openedBecause} = :because, ${A.openedAt} = :now REMOVE ${A.closingAt}`,
    `${EXISTS} AND ${isFrom}`,
    {
      ':open': textValue('open'),
      ':because': textValue(because),
      ':now': numberValue(nowMs),
      ...(from === 'either' && IS_CLOSING),
    },
  ];
}

function closing(nowMs: number): Change {
  return [
    `SET ${A.breakerState} = :closing, ${A.closingAt} = :now`,
    `${A.breakerState} = :open`,
    { ...IS_CLOSING, ':open': textValue('open'), ':now': numberValue(nowMs) },
  ];
}

function closed(closingAt: number): Change {
  return [
    `REMOVE ${OF_BREAKER.join(', ')}`,
    `${CLOSING} AND ${A.closingAt} = :at`,
    { ...IS_CLOSING, ':at': numberValue(closingAt) },
  ];
}

function leased(owner: string, untilMs: number, nowMs: number): Change {
  return [
    `SET ${A.leaseOwner} = :owner, ${A.leaseUntil} = :until`,
    `${EXISTS} AND (attribute_not_exists(${A.leaseUntil}) OR ${A.leaseUntil} < :now)`,
    {
      ':owner': textValue(owner),
      ':until': numberValue(untilMs),
      ':now': numberValue(nowMs),
    },
  ];
}

function released(owner: string): Change {
  return [
    `REMOVE ${A.leaseOwner}, ${A.leaseUntil}`,
    `${A.leaseOwner} = :owner`,
    { ':owner': textValue(owner) },
  ];
}

export function deliveryStateWriter(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): DeliveryStateWriter {
  const update = (id: string, [expression, condition, values]: Change, signal: AbortSignal) => {
    const input: UpdateItemCommandInput = {
      TableName,
      Key: rowKey(SUBSCRIBERS_PARTITION, id),
      UpdateExpression: expression,
      ConditionExpression: condition,
      ...(values !== undefined && { ExpressionAttributeValues: values }),
      ReturnValues: 'UPDATED_NEW',
    };
    return dynamodb('UpdateItem', input, signal);
  };
  const change = (...given: Parameters<typeof update>) => holds(update(...given));

  return {
    addFailure: async (id, signal) => {
      let failures = 0;
      const counted = update(id, ONE_MORE_FAILURE, signal).then((answer) => {
        failures = numberOf(toItem(memberOf(answer, 'Attributes')), A.failures);
      });
      await holds(counted);
      return failures;
    },
    clearFailures: async (id, signal) => void (await change(id, NO_FAILURES, signal)),
    open: (id, because, from, signal) => change(id, opened(because, from, now()), signal),
    startClosing: (id, signal) => change(id, closing(now()), signal),
    close: (id, closingAt, signal) => change(id, closed(closingAt), signal),
    lease: (id, owner, untilMs, signal) => change(id, leased(owner, untilMs, now()), signal),
    release: async (id, owner, signal) => void (await change(id, released(owner), signal)),
  };
}
