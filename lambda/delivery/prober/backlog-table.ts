import type { DeleteItemCommandInput, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallAws } from '../../shared/aws/json-protocol.ts';
import { memberOf } from '../../shared/json/json-source.ts';
import { ATTRIBUTES as A, backlogPartition } from '../../table/keys.ts';
import { type Item, keyOf, textIn, toItems } from '../../table/stored-rows.ts';
import { textValue } from '../../table/update-expression.ts';
import { rowKey } from '../../table/writes.ts';
import { type DeliveryReading, readDelivery } from '../delivery.ts';

/** A delivery that a release before this one put aside. */
export interface BacklogRow {
  readonly subscriberId: string;
  /** `<delivery group>#<sequence number>` */
  readonly key: string;
  /** As the message's body was, which may be nothing that can be read. */
  readonly body: string;
  readonly reading: DeliveryReading;
}

export interface Backlog {
  /** The rows after a key, in order: those of a group together and in theirs. Consistent. */
  readonly after: (
    subscriberId: string,
    key: string,
    limit: number,
    signal: AbortSignal,
  ) => Promise<readonly BacklogRow[]>;
  readonly remove: (row: BacklogRow, signal: AbortSignal) => Promise<void>;
}

export function backlogTable(dynamodb: CallAws, TableName: string): Backlog {
  return {
    after: async (subscriberId, key, limit, signal) => {
      const input: QueryCommandInput = {
        ...{ TableName, ConsistentRead: true, Limit: limit },
        KeyConditionExpression: `${A.partitionKey} = :pk AND ${A.sortKey} > :after`,
        ExpressionAttributeValues: {
          ':pk': textValue(backlogPartition(subscriberId)),
          ':after': textValue(key || ' '),
        },
      };
      return toItems(memberOf(await dynamodb('Query', input, signal), 'Items')).map((row) =>
        toRow(subscriberId, row),
      );
    },
    remove: async ({ key, subscriberId }, signal) => {
      const Key = rowKey(backlogPartition(subscriberId), key);
      const input: DeleteItemCommandInput = { TableName, Key };
      await dynamodb('DeleteItem', input, signal);
    },
  };
}

function toRow(subscriberId: string, item: Item): BacklogRow {
  const { sk: key } = keyOf(item);
  // Where there is none, one that can be a dead letter: SQS takes no empty body.
  const body = textIn(item, DELIVERY) ?? '{}';
  return {
    subscriberId,
    key,
    body,
    reading: withPayload(readDelivery(body), textIn(item, A.payload)),
  };
}

/** JSON of the delivery, without its payload. */
const DELIVERY = 'delivery';

function withPayload(reading: DeliveryReading, payload: string | undefined): DeliveryReading {
  if (!reading.ok || payload === undefined) return reading;
  const { payload: _, payloadKey: __, ...facts } = reading.delivery.event;
  return { ok: true, delivery: { ...reading.delivery, event: { ...facts, payload } } };
}
