import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { channelReader, channelWriter } from '../../lambda/channels/channel-table.ts';
import { pauseChannel } from '../../lambda/channels/pause-channel.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';
import { aChannel } from '../support/channels.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';

let emulator: EventTableEmulator;

beforeAll(async () => {
  emulator = await startEventTable();
});
afterAll(() => emulator[Symbol.asyncDispose]());
beforeEach(() => emulator.clear());

const { signal } = new AbortController();
const table = () => ({
  ...channelReader(emulator.dynamodb, emulator.tableName),
  ...channelWriter(emulator.dynamodb, emulator.tableName),
});
const channel = aChannel();

async function stored(id = channel.id) {
  const found = await table().get(id, signal);
  if (found === undefined) throw new Error(`no channel ${id}`);
  return found;
}

async function spoil(id: string) {
  await emulator.client.send(
    new UpdateItemCommand({
      TableName: emulator.tableName,
      Key: { pk: { S: 'channels' }, sk: { S: id } },
      UpdateExpression: 'SET config = :config',
      ExpressionAttributeValues: { ':config': { S: '{"v":2}' } },
    }),
  );
}

describe('channels', () => {
  test('are read as they were added, and are no event, and do not expire', async () => {
    expect(await table().add(channel, signal)).toBe(true);

    expect(await stored()).toEqual({ id: channel.id, channel, revision: 1 });
    expect(await table().get('other', signal)).toBeUndefined();
    const [row] = await emulator.rows();
    expect(Object.keys(row ?? {}).toSorted()).toEqual(['config', 'pk', 'revision', 'sk']);
  });

  test('are listed, the oldest first, over as many pages as there are', async () => {
    const needsAttention = 'n'.repeat(200_000);
    expect(await table().list(signal)).toEqual({ channels: [], unreadable: [] });
    for (const n of [3, 1, 2, 5, 4, 6]) {
      await table().add(aChannel({ id: `10${7 - n}`, needsAttention, createdAt: n }), signal);
    }
    emulator.operations.length = 0;

    const { channels } = await table().list(signal);

    expect(channels.map((one) => one.channel.createdAt)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(emulator.operations).toEqual(['Query', 'Query']);
  });

  test('are added once: who comes second changes nothing', async () => {
    await table().add(channel, signal);

    expect(await table().add(aChannel({ tenant: 'other' }), signal)).toBe(false);
    expect(await stored()).toMatchObject({ channel: { tenant: 'default' }, revision: 1 });
  });

  test('are known for added where the answer was lost', async () => {
    await table().add(channel, signal);

    expect(await table().add(channel, signal)).toBe(true);
  });

  test('are removed, and it is told whether there was one', async () => {
    await table().add(channel, signal);

    expect(await table().remove(channel.id, signal)).toBe(true);
    expect(await table().remove(channel.id, signal)).toBe(false);
    expect(await table().get(channel.id, signal)).toBeUndefined();
  });
});

describe('a change', () => {
  beforeEach(() => table().add(channel, signal));

  test('raises the revision', async () => {
    const changed = { ...channel, share: 0.5 };

    expect(await table().update(await stored(), changed, signal)).toBe(true);
    expect(await stored()).toMatchObject({ channel: changed, revision: 2 });
  });

  test('is refused where somebody else was first', async () => {
    const before = await stored();
    expect(await table().update(before, { ...channel, share: 0.5 }, signal)).toBe(true);
    expect(await table().update(before, { ...channel, share: 0.6 }, signal)).toBe(false);
    expect(await stored()).toMatchObject({ channel: { share: 0.5 }, revision: 2 });
  });

  test('is refused where the channel is gone, and does not bring it back', async () => {
    const before = await stored();
    await table().remove(channel.id, signal);

    expect(await table().update(before, { ...channel, share: 0.5 }, signal)).toBe(false);
    expect(await table().get(channel.id, signal)).toBeUndefined();
  });

  test('rejects where the table cannot take it', async () => {
    const away = new AwsRequestError('dynamodb', 'ECONNREFUSED', { isTransient: true });
    const { update } = channelWriter(() => Promise.reject(away), emulator.tableName);

    await expect(update(await stored(), channel, signal)).rejects.toBe(away);
  });
});

describe('one that this release cannot read', () => {
  test('stops no list of the others, is named by it, and is told by who asks for it', async () => {
    const other = aChannel({ id: '107' });
    await table().add(channel, signal);
    await table().add(other, signal);
    await spoil(channel.id);

    const { channels, unreadable } = await table().list(signal);

    expect(channels.map(({ id }) => id)).toEqual([other.id]);
    expect(unreadable).toEqual([channel.id]);
    await expect(table().get(channel.id, signal)).rejects.toMatchObject({
      message: `channel ${channel.id} was written by another release and cannot be read by this one`,
      cause: new Error('channel of version 2, but 1 is known'),
    });
  });
});

describe('pauseChannel', () => {
  const now = () => 1_795_000_000_000;

  test('pauses an active channel, and says why', async () => {
    await table().add(channel, signal);

    expect(await pauseChannel(channel.id, 'auth', { table: table(), now }, signal)).toBe(true);
    expect(await stored()).toMatchObject({
      channel: { state: 'paused', pausedBecause: 'auth', updatedAt: now() },
      revision: 2,
    });
  });

  test('leaves alone one that is paused or removed', async () => {
    await table().add(aChannel({ state: 'paused', pausedBecause: 'user' }), signal);

    expect(await pauseChannel(channel.id, 'auth', { table: table(), now }, signal)).toBe(false);
    expect(await pauseChannel('other', 'auth', { table: table(), now }, signal)).toBe(false);
    expect(await stored()).toMatchObject({ channel: { pausedBecause: 'user' }, revision: 1 });
  });

  test('pauses it as others left it, where they change it at the same moment', async () => {
    await table().add(channel, signal);
    const real = table();
    let others = 2;
    const contended = {
      get: async (id: string) => {
        const found = await real.get(id, signal);
        if (found !== undefined && others > 0) {
          others -= 1;
          await real.update(found, { ...found.channel, share: others / 10 + 0.1 }, signal);
        }
        return found;
      },
      update: real.update,
    };

    expect(await pauseChannel(channel.id, 'auth', { table: contended, now }, signal)).toBe(true);
    expect(await stored()).toMatchObject({ channel: { state: 'paused', share: 0.1 } });
  });

  test('throws where others never let it', async () => {
    await table().add(channel, signal);
    const refusing = { get: table().get, update: () => Promise.resolve(false) };

    await expect(
      pauseChannel(channel.id, 'auth', { table: refusing, now }, signal),
    ).rejects.toThrow(`channel ${channel.id} is being changed by others`);
  });
});
