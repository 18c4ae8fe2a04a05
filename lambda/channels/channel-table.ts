import type { DeleteItemCommandInput, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { UnreadableRow } from '../shared/unreadable-row.ts';
import { configUpdate } from '../table/config-update.ts';
import { ATTRIBUTES as A, CHANNELS_PARTITION } from '../table/keys.ts';
import { byKey, tableQueries } from '../table/query-table.ts';
import { type Item, numberOf, textOf, toItem } from '../table/stored-rows.ts';
import { numberValue, textValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import type { Channel } from './channel.ts';
import { readChannel, writeChannel } from './channel-json.ts';

export interface StoredChannel {
  readonly id: string;
  readonly channel: Channel;
  /** Raised by each change. */
  readonly revision: number;
}

export interface ListedChannels {
  /** The oldest first. */
  readonly channels: readonly StoredChannel[];
  /** Ids of those that cannot be read. */
  readonly unreadable: readonly string[];
}

/** Reads channels as they are now. */
export interface ChannelReader {
  /** Rejects with `UnreadableRow` where it cannot be read. */
  readonly get: (id: string, signal: AbortSignal) => Promise<StoredChannel | undefined>;
  readonly list: (signal: AbortSignal) => Promise<ListedChannels>;
}

export interface ChannelWriter {
  /** False where another channel of that id is there. */
  readonly add: (channel: Channel, signal: AbortSignal) => Promise<boolean>;
  /** False where it was changed or removed since `before` was read, and nothing was written. */
  readonly update: (
    before: StoredChannel,
    channel: Channel,
    signal: AbortSignal,
  ) => Promise<boolean>;
  /** Whether it was there. */
  readonly remove: (id: string, signal: AbortSignal) => Promise<boolean>;
}

export function channelReader(dynamodb: CallAws, TableName: string): ChannelReader {
  return {
    get: async (id, signal) => {
      const input = { TableName, Key: keyOf(id), ConsistentRead: true };
      const item = memberOf(await dynamodb('GetItem', input, signal), 'Item');
      return item === undefined ? undefined : toStored(toItem(item));
    },
    list: async (signal) => {
      const { all } = tableQueries((...query) => dynamodb(...query, signal), TableName);
      const query = { ...byKey(A.partitionKey, CHANNELS_PARTITION), ConsistentRead: true };
      const channels: StoredChannel[] = [];
      const unreadable: string[] = [];
      for await (const row of all(query)) {
        const stored = storedIn(row);
        if (stored === undefined) unreadable.push(textOf(row, A.sortKey));
        else channels.push(stored);
      }
      channels.sort((one, other) => one.channel.createdAt - other.channel.createdAt);
      return { channels, unreadable };
    },
  };
}

export function channelWriter(dynamodb: CallAws, TableName: string): ChannelWriter {
  const { get } = channelReader(dynamodb, TableName);

  /** A try whose answer was lost has met the condition itself. */
  async function isWritten(write: Promise<unknown>, channel: Channel, signal: AbortSignal) {
    if (await holds(write)) return true;
    const stored = await get(channel.id, signal);
    return stored !== undefined && writeChannel(stored.channel) === writeChannel(channel);
  }

  return {
    add: async (channel, signal) => {
      const input: PutItemCommandInput = {
        TableName,
        Item: {
          ...keyOf(channel.id),
          [A.config]: textValue(writeChannel(channel)),
          [A.revision]: numberValue(1),
        },
        ConditionExpression: `attribute_not_exists(${A.partitionKey})`,
      };
      return await isWritten(dynamodb('PutItem', input, signal), channel, signal);
    },
    update: async ({ revision }, channel, signal) => {
      const replaced = configUpdate(keyOf(channel.id), writeChannel(channel), revision);
      const input = { TableName, ...replaced };
      return await isWritten(dynamodb('UpdateItem', input, signal), channel, signal);
    },
    remove: async (id, signal) => {
      const input: DeleteItemCommandInput = {
        ...{ TableName, Key: keyOf(id), ReturnValues: 'ALL_OLD' },
      };
      return memberOf(await dynamodb('DeleteItem', input, signal), 'Attributes') !== undefined;
    },
  };
}

function keyOf(id: string) {
  return rowKey(CHANNELS_PARTITION, id);
}

function toStored(row: Item): StoredChannel {
  const id = textOf(row, A.sortKey);
  try {
    const channel = readChannel(textOf(row, A.config));
    return { id, channel, revision: numberOf(row, A.revision) };
  } catch (cause) {
    throw new UnreadableRow('channel', id, { cause });
  }
}

function storedIn(row: Item): StoredChannel | undefined {
  try {
    return toStored(row);
  } catch {
    return undefined;
  }
}
