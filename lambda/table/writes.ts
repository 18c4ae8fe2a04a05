import type {
  AttributeValue,
  PutItemCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { keptChat } from '../events/chat.ts';
import type { QueuedEvent } from '../events/envelope.ts';
import type { IdentityLink } from '../events/event.ts';
import type { Place } from '../events/message-identity.ts';
import { ATTRIBUTES as A, eventTimeKey, linkSortKey, namesPartition, timeKey } from './keys.ts';
import {
  type Assignment,
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
  const chat = keptChat(event.contact);
  return {
    Item: {
      ...rowKey(event.group, event.id),
      [A.at]: textValue(eventTimeKey(event.occurredAt, sequenceNumber)),
      [A.provider]: textValue(event.provider),
      [A.channel]: textValue(event.channel),
      [A.direction]: textValue(event.direction),
      [A.type]: textValue(event.type),
      ...(event.wamid === undefined ? {} : { [A.wamid]: textValue(event.wamid) }),
      ...(chat === undefined ? {} : { [A.chat]: textValue(chat) }),
      [A.receivedAt]: timeValue(event.receivedAt),
      [A.expiresAt]: numberValue(expiresAt),
      ...(event.payload === undefined
        ? { [A.payloadKey]: textValue(event.payloadKey) }
        : { [A.payload]: textValue(event.payload) }),
    },
    ConditionExpression: `attribute_not_exists(${A.partitionKey})`,
  };
}

/**
 * Claims a key for an event. Fails where a row of another event is there, or its claim.
 *
 * @param owner the row in whose favour it is
 */
export function claimPut(
  { pk, sk }: Place,
  { group, id }: Pick<QueuedEvent, 'group' | 'id'>,
  expiresAt: number,
  owner: Place = { pk: group, sk: id },
): Put {
  return {
    Item: {
      ...rowKey(pk, sk),
      [A.claimGroup]: textValue(owner.pk),
      [A.claimId]: textValue(owner.sk),
      [A.expiresAt]: numberValue(expiresAt),
    },
    ConditionExpression: `attribute_not_exists(${A.partitionKey}) OR (${A.claimGroup} = :group AND ${A.claimId} = :id)`,
    ExpressionAttributeValues: { ':group': textValue(group), ':id': textValue(id) },
  };
}

/** A forgotten message stays so; a link comes back when the names are used together again. */
const NOT_FORGOTTEN = `attribute_not_exists(${A.forgottenAt})`;
const FORGOTTEN_BEFORE = `(${NOT_FORGOTTEN} OR ${A.forgottenAt} < :0)`;

/**
 * Two updates that leave the same row in whatever order events come: one place in an index, that of
 * the earliest event, and everything else as it was first set. A forgotten row they leave alone.
 */
export interface PlacedUpdate {
  /** Its condition fails where an event earlier than all before it came late. */
  readonly update: Update;
  /** In place of it then: moves the row to the earlier place. */
  readonly moveEarlier: () => Update;
}

interface PlacedOptions {
  /** Attributes that have the same time as `timelineAt`, as numbers. */
  readonly following?: readonly string[];
  /** What else must hold. `:0` is the event's time. */
  readonly condition?: string;
}

/** Assigns, with `timelineAt` and the attributes that follow it at the earliest of all events' times. */
export function placedUpdate(
  Key: Record<string, AttributeValue>,
  occurredAt: number,
  assignments: readonly Assignment[],
  { following = [], condition = NOT_FORGOTTEN }: PlacedOptions = {},
): PlacedUpdate {
  const dates = (set: typeof setOnce) => [
    set(A.timelineAt, textValue(timeKey(occurredAt))),
    ...following.map((attribute) => set(attribute, timeValue(occurredAt))),
  ];
  return {
    update: {
      Key,
      ...setExpression([...dates(setOnce), ...assignments]),
      ConditionExpression: `${condition} AND (attribute_not_exists(#0) OR #0 <= :0)`,
    },
    moveEarlier: () => ({
      Key,
      ...setExpression([...dates(setAlways), ...assignments]),
      ConditionExpression: `${condition} AND #0 > :0`,
    }),
  };
}

/** Records that two names are one contact's, found from either of them, since the earliest event. */
export function linkUpdate(
  event: QueuedEvent,
  link: IdentityLink,
  expiresAt: number,
): PlacedUpdate {
  const key = rowKey(namesPartition(event.channel, link.from), linkSortKey(link.relation, link.to));
  const assignments = [
    ...setKnown({ [A.linkFrom]: link.from, [A.linkTo]: link.to }),
    setOnce(A.timelinePk, textValue(namesPartition(event.channel, link.to))),
    setAlways(A.expiresAt, numberValue(expiresAt)),
  ];
  const options = { following: [A.seenAt], condition: FORGOTTEN_BEFORE };
  return placedUpdate(key, event.occurredAt, assignments, options);
}
