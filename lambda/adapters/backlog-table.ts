import type {
  DeleteItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Delivery, readDelivery, writeDelivery } from '../domain/delivery.ts';
import { memberOf } from '../domain/json-source.ts';
import type { CallAws } from './aws-json.ts';
import { fits } from './condition.ts';
import { type Item, keyOf, textOf, toItems } from './stored-rows.ts';
import { ATTRIBUTES as A, backlogPartition, sequenceKey } from './table-rows.ts';
import { rowKey } from './table-writes.ts';
import { numberValue, textValue } from './update-expression.ts';

/** A delivery that was put aside. */
export interface BacklogRow {
  readonly subscriberId: string;
  /** `<delivery group>#<sequence number>` */
  readonly key: string;
  readonly group: string;
  readonly delivery: Delivery;
  /** Failed tries out of the backlog. */
  readonly tries: number;
  /** When it may be tried again, in ms since 1970. */
  readonly notBefore: number;
}

/**
 * Resolves with true once the delivery is durable in the backlog; doing so again changes nothing. With
 * false where the subscriber's backlog is as full as it can be.
 */
export type PutAside = (
  delivery: Delivery,
  group: string,
  sequenceNumber: string,
  signal: AbortSignal,
) => Promise<boolean>;

export interface Backlog {
  /** The rows after a key, in order: those of a group together and in theirs. Consistent. */
  readonly after: (
    subscriberId: string,
    key: string,
    limit: number,
    signal: AbortSignal,
  ) => Promise<readonly BacklogRow[]>;
  readonly remove: (row: BacklogRow, signal: AbortSignal) => Promise<void>;
  /** Records a failed try. False where the backlog is too full for that, and nothing was written. */
  readonly postpone: (row: BacklogRow, untilMs: number, signal: AbortSignal) => Promise<boolean>;
}

/** As long as a queue keeps a message. */
const KEPT_SECONDS = 14 * 86_400;

/** The key after all rows of a group. */
export function endOfGroup(group: string): string {
  return `${group}$`;
}

export function backlogWriter(dynamodb: CallAws, TableName: string, now: () => number): PutAside {
  return async (delivery, group, sequenceNumber, signal) => {
    const { payload, payloadKey: _, ...facts } = delivery.event;
    // In JSON within JSON a payload could be more than a row holds.
    const light =
      payload === undefined ? delivery : { ...delivery, event: { ...facts, payload: '' } };
    const input: PutItemCommandInput = {
      TableName,
      Item: {
        ...rowKey(
          backlogPartition(delivery.subscriberId),
          `${group}#${sequenceKey(sequenceNumber)}`,
        ),
        [A.delivery]: textValue(writeDelivery(light)),
        ...(payload !== undefined && { [A.payload]: textValue(payload) }),
        [A.expiresAt]: numberValue(Math.floor(now() / 1000) + KEPT_SECONDS),
      },
    };
    return fits(dynamodb('PutItem', input, signal));
  };
}

export function backlogTable(dynamodb: CallAws, TableName: string): Backlog {
  const rowKeyOf = ({ subscriberId, key }: BacklogRow) =>
    rowKey(backlogPartition(subscriberId), key);
  return {
    after: async (subscriberId, key, limit, signal) => {
      const input: QueryCommandInput = {
        TableName,
        ConsistentRead: true,
        Limit: limit,
        KeyConditionExpression: `${A.partitionKey} = :pk AND ${A.sortKey} > :after`,
        ExpressionAttributeValues: {
          ':pk': textValue(backlogPartition(subscriberId)),
          ':after': textValue(key),
        },
      };
      const answer = await dynamodb('Query', input, signal);
      return toItems(memberOf(answer, 'Items')).map((item) => backlogRow(subscriberId, item));
    },
    remove: async (row, signal) => {
      const input: DeleteItemCommandInput = { TableName, Key: rowKeyOf(row) };
      await dynamodb('DeleteItem', input, signal);
    },
    postpone: async (row, untilMs, signal) => {
      const input: UpdateItemCommandInput = {
        TableName,
        Key: rowKeyOf(row),
        UpdateExpression: `SET ${A.notBefore} = :until, ${A.tries} = :tries`,
        // Without it the update would make a row of what was removed meanwhile.
        ConditionExpression: `attribute_exists(${A.partitionKey})`,
        ExpressionAttributeValues: {
          ':until': numberValue(untilMs),
          ':tries': numberValue(row.tries + 1),
        },
      };
      return fits(dynamodb('UpdateItem', input, signal));
    },
  };
}

/** Throws on a row that a later release wrote: then that release has to drain it. */
function backlogRow(subscriberId: string, item: Item): BacklogRow {
  const { sk: key } = keyOf(item);
  const reading = readDelivery(textOf(item, A.delivery));
  if (!reading.ok) throw new Error(`a row of the backlog is ${reading.reason}`);
  const payload = item[A.payload]?.S;
  return {
    subscriberId,
    key,
    group: key.slice(0, key.lastIndexOf('#')),
    delivery: payload === undefined ? reading.delivery : withPayload(reading.delivery, payload),
    tries: Number(item[A.tries]?.N ?? 0),
    notBefore: Number(item[A.notBefore]?.N ?? 0),
  };
}

function withPayload(delivery: Delivery, payload: string): Delivery {
  const { payload: _, payloadKey: __, ...facts } = delivery.event;
  return { ...delivery, event: { ...facts, payload } };
}
