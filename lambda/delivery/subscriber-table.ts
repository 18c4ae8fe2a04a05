import type {
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { UnreadableRow } from '../shared/unreadable-row.ts';
import { configUpdate } from '../table/config-update.ts';
import { ATTRIBUTES as A, SUBSCRIBERS_PARTITION } from '../table/keys.ts';
import { byKey, tableQueries } from '../table/query-table.ts';
import { type Item, numberOf, textOf, toItem } from '../table/stored-rows.ts';
import { numberValue, textValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import type { Subscriber } from './subscriber.ts';
import { readSubscriber, writeSubscriber } from './subscriber-json.ts';

export interface StoredSubscriber extends FoundSubscriber {
  readonly subscriber: Subscriber;
  /** Raised by each change of the subscriber, not by what the deliverer keeps beside it. */
  readonly revision: number;
}

/** A row of a subscriber, which this release may be unable to read. */
export interface FoundSubscriber {
  readonly id: string;
  /** Undefined where it cannot be read: what it is owed waits until it can. */
  readonly subscriber: Subscriber | undefined;
  /** The whole row. */
  readonly row: Item;
}

interface ListedSubscribers {
  /** The oldest first. */
  readonly subscribers: readonly StoredSubscriber[];
  /** Ids of those that cannot be read. */
  readonly unreadable: readonly string[];
}

/** Reads subscribers as they are now. */
export interface SubscriberReader {
  readonly list: (signal: AbortSignal) => Promise<ListedSubscribers>;
  /** Rejects with `UnreadableRow` where it cannot be read. */
  readonly get: (id: string, signal: AbortSignal) => Promise<StoredSubscriber | undefined>;
  /** All rows, in no order. */
  readonly findAll: (signal: AbortSignal) => Promise<readonly FoundSubscriber[]>;
  readonly find: (id: string, signal: AbortSignal) => Promise<FoundSubscriber | undefined>;
}

/** Changes the subscriber in a row, and leaves alone what else is in it. */
export interface SubscriberWriter {
  /** May be repeated: an id is made once. @param mappingId by which its queue is read */
  readonly add: (subscriber: Subscriber, mappingId: string, signal: AbortSignal) => Promise<void>;
  /** False where it was changed or removed since `before` was read, and nothing was written. */
  readonly update: (
    before: StoredSubscriber,
    subscriber: Subscriber,
    signal: AbortSignal,
  ) => Promise<boolean>;
  /** Resolves with what was there. */
  readonly remove: (id: string, signal: AbortSignal) => Promise<FoundSubscriber | undefined>;
}

export function subscriberReader(dynamodb: CallAws, TableName: string): SubscriberReader {
  async function rows(signal: AbortSignal): Promise<readonly Item[]> {
    const queries = tableQueries((...query) => dynamodb(...query, signal), TableName);
    const all = { ...byKey(A.partitionKey, SUBSCRIBERS_PARTITION), ConsistentRead: true };
    return await Array.fromAsync(queries.all(all));
  }

  async function row(id: string, signal: AbortSignal): Promise<Item | undefined> {
    const input: GetItemCommandInput = { TableName, Key: keyOf(id), ConsistentRead: true };
    const found = memberOf(await dynamodb('GetItem', input, signal), 'Item');
    return found === undefined ? undefined : toItem(found);
  }

  return {
    list: async (signal) => {
      const all = (await rows(signal)).map(toFound);
      const subscribers = all
        .filter((found) => isStored(found))
        .toSorted((one, other) => one.subscriber.createdAt - other.subscriber.createdAt);
      return { subscribers, unreadable: all.filter((one) => !isStored(one)).map(({ id }) => id) };
    },
    get: async (id, signal) => {
      const found = await row(id, signal);
      try {
        return found && toStored(found);
      } catch (cause) {
        throw new UnreadableRow('subscriber', id, { cause });
      }
    },
    findAll: async (signal) => (await rows(signal)).map(toFound),
    find: async (id, signal) => {
      const found = await row(id, signal);
      return found && toFound(found);
    },
  };
}

export function subscriberWriter(dynamodb: CallAws, TableName: string): SubscriberWriter {
  const { get } = subscriberReader(dynamodb, TableName);

  async function isWritten(subscriber: Subscriber, signal: AbortSignal): Promise<boolean> {
    const config = (await get(subscriber.id, signal))?.row[A.config]?.S;
    return config === writeSubscriber(subscriber);
  }

  return {
    add: async (subscriber, mappingId, signal) => {
      const input: PutItemCommandInput = {
        TableName,
        Item: {
          ...keyOf(subscriber.id),
          [A.config]: textValue(writeSubscriber(subscriber)),
          [A.revision]: numberValue(1),
          [A.mappingId]: textValue(mappingId),
        },
      };
      await dynamodb('PutItem', input, signal);
    },
    update: async ({ revision }, subscriber, signal) => {
      const write = configUpdate(keyOf(subscriber.id), writeSubscriber(subscriber), revision);
      const isDone = await holds(dynamodb('UpdateItem', { TableName, ...write }, signal));
      // A try whose answer was lost has changed the revision itself.
      return isDone || (await isWritten(subscriber, signal));
    },
    remove: async (id, signal) => {
      const input: DeleteItemCommandInput = {
        ...{ TableName, Key: keyOf(id), ReturnValues: 'ALL_OLD' },
      };
      const before = memberOf(await dynamodb('DeleteItem', input, signal), 'Attributes');
      return before === undefined ? undefined : toFound(toItem(before));
    },
  };
}

function keyOf(id: string) {
  return rowKey(SUBSCRIBERS_PARTITION, id);
}

function toStored(row: Item): StoredSubscriber {
  const subscriber = readSubscriber(textOf(row, A.config));
  return { id: subscriber.id, subscriber, revision: numberOf(row, A.revision), row };
}

function toFound(row: Item): FoundSubscriber | StoredSubscriber {
  try {
    return toStored(row);
  } catch {
    return { id: textOf(row, A.sortKey), subscriber: undefined, row };
  }
}

function isStored(found: FoundSubscriber | StoredSubscriber): found is StoredSubscriber {
  return found.subscriber !== undefined;
}
