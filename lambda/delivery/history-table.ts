import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { contactGroup } from '../events/event.ts';
import { readRoutedOutgoing } from '../events/outgoing-event.ts';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { batchGet } from '../table/batch-table.ts';
import { ATTRIBUTES as A, MESSAGE_SORT_KEY, waitingPartition } from '../table/keys.ts';
import { contentKeyOf } from '../table/outgoing-keys.ts';
import { byKey, tableQueries } from '../table/query-table.ts';
import { recipientsOf } from '../table/stored-event.ts';
import {
  type Item,
  keyOf,
  numberIn,
  numberOf,
  type RowKey,
  textIn,
  toItem,
} from '../table/stored-rows.ts';
import { numberValue, textValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import type { Delivery } from './delivery.ts';
import { isTestEvent } from './test-event.ts';

/** What became of a delivery's tries. Times in ms since 1970. */
interface Tries {
  readonly tries: number;
  readonly firstTriedAt: number;
}

/** What is known of a delivery that is not handed out for the first time. */
export interface History {
  /** Undefined where it has not failed yet: a receive is no try. */
  readonly failed: Tries | undefined;
  /** Whether somebody dropped it. */
  readonly isDropped: boolean;
  /** Whether its event is not in the table any more: forgotten, or gone. */
  readonly isForgotten: boolean;
}

/** A delivery that failed and has not gone out since. */
export interface WaitingDelivery extends Tries {
  readonly eventId: string;
  /** When it was handed on. */
  readonly routedAt: number;
  /** By which it can be dropped, beside the event's id. */
  readonly groups: readonly string[];
  readonly lastTriedAt: number;
  readonly fault: string;
}

export interface DeliveryHistory {
  readonly read: (delivery: Delivery, signal: AbortSignal) => Promise<History>;
  /** @param isTry whether it counts for how long the next waits */
  readonly addFailure: (
    delivery: Delivery,
    fault: string,
    isTry: boolean,
    signal: AbortSignal,
  ) => Promise<Tries>;
  /** It went out, or never will. */
  readonly close: (delivery: Delivery, signal: AbortSignal) => Promise<void>;
  /** It is a dead letter. Where its queue hands it out all the same, it is not tried for days again. */
  readonly giveUp: (delivery: Delivery, signal: AbortSignal) => Promise<void>;
  /** Those of a subscriber that failed lately. */
  readonly waiting: (
    subscriberId: string,
    signal: AbortSignal,
  ) => Promise<readonly WaitingDelivery[]>;
}

/** As long as a queue keeps a delivery. */
export const KEPT_SECONDS = 14 * 86_400;

/** Longer than any delivery waits for its next try: a row that is older was left behind. */
const WAITING_MS = 7 * 3_600_000;

/** Until then a row that is not there was forgotten; later it may have expired. */
const SHORTEST_RETENTION_MS = 8 * 86_400_000;

export function deliveryHistory(
  dynamodb: CallAws,
  tableName: string,
  now: () => number,
): DeliveryHistory {
  return {
    read: async (delivery, signal) => {
      const { subscriberId, routedAt, event } = delivery;
      const read: Parameters<typeof batchGet>[0] = (operation, input) =>
        dynamodb(operation, input, signal);
      const own = keyOfDelivery(delivery);
      const stored = keyOfEvent(delivery);
      const drops = dropTargets(event).map((what) => dropKey(subscriberId, what));
      const rows = await batchGet(read, tableName, [own, stored, ...drops], { isConsistent: true });
      const found = new Map(rows.map((row) => [idOf(keyOf(row)), row]));
      const failed = found.get(idOf(own));
      return {
        failed: failed && triesOf(failed),
        isDropped: drops.some(
          (key) => (numberIn(found.get(idOf(key)) ?? {}, A.droppedUntil) ?? 0) >= routedAt,
        ),
        isForgotten: isForgotten(found.get(idOf(stored)), delivery, now()),
      };
    },
    addFailure: async (delivery, fault, isTry, signal) => {
      const { pk, sk } = keyOfDelivery(delivery);
      const input: UpdateItemCommandInput = {
        ...{ TableName: tableName, Key: rowKey(pk, sk) },
        UpdateExpression: `SET ${A.firstTriedAt} = if_not_exists(${A.firstTriedAt}, :now), ${A.lastTriedAt} = :now, ${A.fault} = :fault, ${A.dropGroups} = :groups, ${A.expiresAt} = :expires ADD ${A.tries} :tries`,
        ExpressionAttributeValues: {
          ':now': numberValue(now()),
          ':fault': textValue(fault),
          ':groups': textValue(groupsOf(delivery.event).join(' ')),
          ':expires': numberValue(Math.ceil(now() / 1000) + KEPT_SECONDS),
          ':tries': numberValue(isTry ? 1 : 0),
        },
        ReturnValues: 'ALL_NEW',
      };
      return triesOf(toItem(memberOf(await dynamodb('UpdateItem', input, signal), 'Attributes')));
    },
    close: async (delivery, signal) => {
      const { pk, sk } = keyOfDelivery(delivery);
      await dynamodb('DeleteItem', { TableName: tableName, Key: rowKey(pk, sk) }, signal);
    },
    giveUp: async (delivery, signal) => {
      const { pk, sk } = keyOfDelivery(delivery);
      const input: UpdateItemCommandInput = {
        ...{ TableName: tableName, Key: rowKey(pk, sk) },
        UpdateExpression: `SET ${A.givenUpAt} = :now`,
        ConditionExpression: `attribute_exists(${A.partitionKey})`,
        ExpressionAttributeValues: { ':now': numberValue(now()) },
      };
      await holds(dynamodb('UpdateItem', input, signal));
    },
    waiting: async (subscriberId, signal) => {
      const queries = tableQueries((...query) => dynamodb(...query, signal), tableName);
      const partition = byKey(A.partitionKey, waitingPartition(subscriberId));
      const rows = await Array.fromAsync(queries.all(partition));
      const since = now() - WAITING_MS;
      return rows
        .filter((row) => isWaiting(row) && numberOf(row, A.lastTriedAt) >= since)
        .map(toWaiting);
    },
  };
}

/** Whether a row is that of a delivery that failed and may still go out. */
export function isWaiting(row: Item): boolean {
  return A.tries in row && !(A.givenUpAt in row);
}

/** Which deliveries are dropped: of an event, or of a message group. */
export function dropKey(subscriberId: string, eventOrGroup: string): RowKey {
  return { pk: waitingPartition(subscriberId), sk: `drop#${eventOrGroup}` };
}

/** What a delivery is dropped by: the id of its event, or message groups. */
export function dropTargets(event: Delivery['event']): readonly string[] {
  return [event.id, ...groupsOf(event)];
}

/**
 * Message groups by which a delivery is dropped: that of its event, and for a status, which is in the group
 * of its message, those of whom it is about.
 */
function groupsOf(event: Delivery['event']): readonly string[] {
  const { channel, group, payload } = event;
  const names = event.kind === 'status' ? recipientsOf(event, payload) : [];
  return [group, ...names.map((name) => contactGroup(channel, name))];
}

/** What is handed on anew, by a replay or from the dead letters, is tried anew. */
function keyOfDelivery({ subscriberId, routedAt, event }: Delivery): RowKey {
  return { pk: waitingPartition(subscriberId), sk: `${event.id}#${routedAt}` };
}

function keyOfEvent({ event }: Delivery): RowKey {
  if (event.kind === 'status') return { pk: event.group, sk: MESSAGE_SORT_KEY };
  if (event.kind === 'outgoing') {
    const { id } = readRoutedOutgoing(event.payload);
    return contentKeyOf({ channel: event.channel, id });
  }
  return { pk: event.group, sk: event.media?.eventId ?? event.id };
}

function isForgotten(
  row: Item | undefined,
  { event, replayId, routedAt }: Delivery,
  nowMs: number,
): boolean {
  if (isTestEvent(event)) return false;
  if (row !== undefined) return A.forgottenAt in row;
  // What is replayed, or sent again from the dead letters, may be older than any row.
  const isOfOld = replayId !== undefined || routedAt - event.receivedAt >= SHORTEST_RETENTION_MS;
  return !isOfOld || nowMs - event.receivedAt < SHORTEST_RETENTION_MS;
}

function triesOf(row: Item): Tries {
  return { tries: numberOf(row, A.tries), firstTriedAt: numberOf(row, A.firstTriedAt) };
}

export function toWaiting(row: Item): WaitingDelivery {
  const { sk } = keyOf(row);
  const at = sk.lastIndexOf('#');
  return {
    ...triesOf(row),
    eventId: sk.slice(0, at),
    routedAt: Number(sk.slice(at + 1)),
    groups: (textIn(row, A.dropGroups) ?? '').split(' '),
    lastTriedAt: numberOf(row, A.lastTriedAt),
    fault: textIn(row, A.fault) ?? '',
  };
}

function idOf({ pk, sk }: RowKey): string {
  return `${pk} ${sk}`;
}
