import type {
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { memberOf } from '../domain/json-source.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import { readSubscriber, writeSubscriber } from '../domain/subscriber-json.ts';
import type { CallAws } from './aws-json.ts';
import { holds } from './condition.ts';
import { type Item, numberOf, textOf, toItem } from './stored-rows.ts';
import { byKey, tableQueries } from './table-queries.ts';
import { ATTRIBUTES as A, SUBSCRIBERS_PARTITION } from './table-rows.ts';
import { rowKey, type Update } from './table-writes.ts';
import { numberValue, textValue } from './update-expression.ts';

export interface StoredSubscriber {
  readonly subscriber: Subscriber;
  /** Raised by each change of the subscriber, not by what the deliverer keeps beside it. */
  readonly revision: number;
  /** The whole row. */
  readonly row: Item;
}

/** Reads subscribers as they are now. Throws where one of them cannot be read. */
export interface SubscriberReader {
  /** All of them, the oldest first. */
  readonly list: (signal: AbortSignal) => Promise<readonly StoredSubscriber[]>;
  readonly get: (id: string, signal: AbortSignal) => Promise<StoredSubscriber | undefined>;
}

/** Changes the subscriber in a row, and leaves alone what else is in it. */
export interface SubscriberWriter {
  /** May be repeated: an id is made once. */
  readonly add: (subscriber: Subscriber, signal: AbortSignal) => Promise<void>;
  /** False where it was changed or removed since `before` was read, and nothing was written. */
  readonly update: (
    before: StoredSubscriber,
    subscriber: Subscriber,
    signal: AbortSignal,
  ) => Promise<boolean>;
  /** Whether it was there. */
  readonly remove: (id: string, signal: AbortSignal) => Promise<boolean>;
}

export function subscriberReader(dynamodb: CallAws, TableName: string): SubscriberReader {
  return {
    list: async (signal) => {
      const queries = tableQueries((...query) => dynamodb(...query, signal), TableName);
      const all = { ...byKey(A.partitionKey, SUBSCRIBERS_PARTITION), ConsistentRead: true };
      const rows = await Array.fromAsync(queries.all(all));
      return rows
        .map(toSubscriber)
        .toSorted((one, other) => one.subscriber.createdAt - other.subscriber.createdAt);
    },
    get: async (id, signal) => {
      const input: GetItemCommandInput = { TableName, Key: keyOf(id), ConsistentRead: true };
      const row = memberOf(await dynamodb('GetItem', input, signal), 'Item');
      return row === undefined ? undefined : toSubscriber(toItem(row));
    },
  };
}

export function subscriberWriter(dynamodb: CallAws, TableName: string): SubscriberWriter {
  const { get } = subscriberReader(dynamodb, TableName);

  async function isWritten(subscriber: Subscriber, signal: AbortSignal): Promise<boolean> {
    const config = (await get(subscriber.id, signal))?.row[A.config]?.S;
    return config === configOf(subscriber).S;
  }

  return {
    add: async (subscriber, signal) => {
      const input: PutItemCommandInput = {
        TableName,
        Item: {
          ...keyOf(subscriber.id),
          [A.config]: configOf(subscriber),
          [A.revision]: numberValue(1),
        },
      };
      await dynamodb('PutItem', input, signal);
    },
    update: async ({ revision }, subscriber, signal) => {
      const write = replaceConfig(revision, subscriber);
      const isDone = await holds(dynamodb('UpdateItem', { TableName, ...write }, signal));
      // A try whose answer was lost has changed the revision itself.
      return isDone || (await isWritten(subscriber, signal));
    },
    remove: async (id, signal) => {
      const input: DeleteItemCommandInput = {
        ...{ TableName, Key: keyOf(id), ReturnValues: 'ALL_OLD' },
      };
      return memberOf(await dynamodb('DeleteItem', input, signal), 'Attributes') !== undefined;
    },
  };
}

function replaceConfig(revision: number, subscriber: Subscriber): Update {
  return {
    Key: keyOf(subscriber.id),
    UpdateExpression: 'SET #config = :config, #revision = :next',
    ConditionExpression: '#revision = :before',
    ExpressionAttributeNames: { '#config': A.config, '#revision': A.revision },
    ExpressionAttributeValues: {
      ':config': configOf(subscriber),
      ':before': numberValue(revision),
      ':next': numberValue(revision + 1),
    },
  };
}

function configOf(subscriber: Subscriber) {
  return textValue(writeSubscriber(subscriber));
}

function keyOf(id: string) {
  return rowKey(SUBSCRIBERS_PARTITION, id);
}

function toSubscriber(row: Item): StoredSubscriber {
  return {
    subscriber: readSubscriber(textOf(row, A.config)),
    revision: numberOf(row, A.revision),
    row,
  };
}
