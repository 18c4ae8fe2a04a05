import type {
  AttributeValue,
  PutItemCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { keptChat } from '../events/chat.ts';
import type { QueuedEvent } from '../events/envelope.ts';
import type { ContactNames } from '../events/event.ts';
import type { Place } from '../events/message-identity.ts';
import { ATTRIBUTES as A, eventTimeKey } from './keys.ts';
import type { RowKey } from './stored-rows.ts';
import { numberValue, textValue, timeValue } from './update-expression.ts';

/** A write, but for the table's name. */
export type Put = Omit<PutItemCommandInput, 'TableName'>;
export type Update = Omit<UpdateItemCommandInput, 'TableName'>;

export function rowKey(partition: string, sort: string): Record<string, AttributeValue> {
  return { [A.partitionKey]: textValue(partition), [A.sortKey]: textValue(sort) };
}

export function keyAttributes({ pk, sk }: RowKey): Record<string, AttributeValue> {
  return rowKey(pk, sk);
}

/** Whom a message goes to, as its row has it. */
export function recipientAttributes({ chatId, userId, lid, phone }: ContactNames) {
  return {
    [A.recipientChatId]: chatId,
    [A.recipientUserId]: userId,
    [A.recipientLid]: lid,
    [A.recipientPhone]: phone,
  };
}

/** Puts an event's row, also over a claim in its favour. Fails where the partition holds the same event already. */
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
    ...ifFreeFor({ pk: event.group, sk: event.id }),
  };
}

/**
 * Claims a key for a row. Fails where another row is there, or a claim that is not in the holder's favour.
 *
 * @param owner the row in whose favour it is
 * @param holder in whose favour it may be so far
 */
export function claimPut(
  { pk, sk }: Place,
  expiresAt: number,
  { owner, holder }: { readonly owner: Place; readonly holder: Place },
): Put {
  return {
    Item: {
      ...rowKey(pk, sk),
      [A.claimGroup]: textValue(owner.pk),
      [A.claimId]: textValue(owner.sk),
      [A.expiresAt]: numberValue(expiresAt),
    },
    ...ifFreeFor(holder),
  };
}

/** Hands a claim of the holder over to another row. Fails where there is no such claim. */
export function claimHandover(...claim: Parameters<typeof claimPut>): Put {
  return { ...claimPut(...claim), ConditionExpression: IS_HELD };
}

const IS_HELD = `${A.claimGroup} = :group AND ${A.claimId} = :id`;

/** Nothing is there, or a claim in favour of this row. */
function ifFreeFor({ pk, sk }: Place) {
  return {
    ConditionExpression: `attribute_not_exists(${A.partitionKey}) OR (${IS_HELD})`,
    ExpressionAttributeValues: { ':group': textValue(pk), ':id': textValue(sk) },
  };
}
