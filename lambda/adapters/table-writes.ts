import type {
  AttributeValue,
  PutItemCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { QueuedEvent } from '../domain/envelope.ts';
import type { IdentityLink } from '../domain/event.ts';
import {
  ATTRIBUTES as A,
  eventTimeKey,
  linkSortKey,
  namesPartition,
  timeKey,
} from './table-rows.ts';
import {
  numberValue,
  setAlways,
  setExpression,
  setKnown,
  setOnce,
  textValue,
  timeValue,
} from './update-expression.ts';

/** A write, but for the table's name. */
export type Put = Omit<PutItemCommandInput, 'TableName'>;
export type Update = Omit<UpdateItemCommandInput, 'TableName'>;

export function rowKey(partition: string, sort: string): Record<string, AttributeValue> {
  return { [A.partitionKey]: textValue(partition), [A.sortKey]: textValue(sort) };
}

/** Puts an event's row. Fails where the partition holds the same event already. */
export function eventPut(event: QueuedEvent, sequenceNumber: string, expiresAt: number): Put {
  return {
    Item: {
      ...rowKey(event.group, event.id),
      [A.at]: textValue(eventTimeKey(event.occurredAt, sequenceNumber)),
      [A.provider]: textValue(event.provider),
      [A.channel]: textValue(event.channel),
      [A.direction]: textValue(event.direction),
      [A.type]: textValue(event.type),
      ...(event.wamid === undefined ? {} : { [A.wamid]: textValue(event.wamid) }),
      [A.receivedAt]: timeValue(event.receivedAt),
      [A.expiresAt]: numberValue(expiresAt),
      ...(event.payload === undefined
        ? { [A.payloadKey]: textValue(event.payloadKey) }
        : { [A.payload]: textValue(event.payload) }),
    },
    ConditionExpression: `attribute_not_exists(${A.partitionKey})`,
  };
}

/** Records that two names are one contact's, found from either of them. */
export function linkUpdate(event: QueuedEvent, link: IdentityLink, expiresAt: number): Update {
  return {
    Key: rowKey(namesPartition(event.channel, link.from), linkSortKey(link.relation, link.to)),
    ...setExpression([
      ...setKnown({ [A.linkFrom]: link.from, [A.linkTo]: link.to }),
      setOnce(A.seenAt, timeValue(event.occurredAt)),
      setOnce(A.timelinePk, textValue(namesPartition(event.channel, link.to))),
      setOnce(A.timelineAt, textValue(timeKey(event.occurredAt))),
      setAlways(A.expiresAt, numberValue(expiresAt)),
    ]),
  };
}
