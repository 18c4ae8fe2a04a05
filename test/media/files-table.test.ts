import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MediaState } from '../../lambda/events/media-state.ts';
import { mediaTable } from '../../lambda/media/files-table.ts';
import { UNTROUBLED } from '../../lambda/media/pauses.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { FULL, refusing } from '../support/refusing-table.ts';
import { aMessage, metaEvent, RECEIVED_AT } from '../support/webhooks.ts';

const NEVER = new AbortController().signal;
const EVENT = metaEvent({ messages: [aMessage()] });
const STORED: MediaState = {
  ...{ state: 'stored', key: 'media/default/message.1', sizeBytes: 90_210 },
  ...{ sha256: 'ab'.repeat(32), mimeType: 'image/jpeg' },
};
const DAY = 86_400_000;

const emulator = await anEventTable();

describe('the table of media', () => {
  let now = RECEIVED_AT;
  const table = () => mediaTable(emulator.dynamodb, emulator.tableName, () => now);
  const read = () => table().event(EVENT, NEVER);

  beforeEach(async () => {
    now = RECEIVED_AT;
    const options = { tableName: emulator.tableName, retentionDays: 30, now: () => now };
    await eventTable(emulator.dynamodb, options)(EVENT, '1', NEVER);
  });

  test('tells an event as it was stored', async () => {
    expect(await read()).toMatchObject({
      ...{ pk: EVENT.group, sk: EVENT.id, channel: EVENT.channel, payload: EVENT.payload },
      ...{ receivedAt: RECEIVED_AT, media: undefined },
    });
  });

  test('tells nothing of an event that is not there, or has expired', async () => {
    expect(await table().event({ ...EVENT, id: 'message.other' }, NEVER)).toBeUndefined();
    now += 31 * DAY;
    expect(await read()).toBeUndefined();
  });

  test.each<MediaState>([
    STORED,
    { state: 'failed', reason: 'sha256' },
    { state: 'skipped', reason: 'policy' },
    { state: 'expired' },
  ])('says what became of a file beside what the event was: %j', async (state) => {
    const before = await read();
    expect(await table().settle(EVENT, state, NEVER)).toBe('said');
    const reason = 'reason' in state ? state.reason : undefined;
    const media = state.state === 'stored' ? state : { ...state, reason };
    expect(await read()).toEqual({ ...before, media });
  });

  test.each<[MediaState, boolean]>([
    [STORED, true],
    [{ state: 'skipped', reason: 'no-token' }, false],
  ])('says when it was settled where subscribers are told of it: %j', async (state, isTold) => {
    now += 1234;
    await table().settle(EVENT, state, NEVER);
    const row = (await emulator.rows()).find(({ sk }) => sk?.S === EVENT.id);
    expect(row?.['mediaNewsAt']).toEqual(isTold ? { N: String(now) } : undefined);
  });

  test('leaves what was said first', async () => {
    await table().settle(EVENT, STORED, NEVER);
    expect(await table().settle(EVENT, { state: 'expired' }, NEVER)).toBe('said');
    expect((await read())?.media).toEqual(STORED);
  });

  test('never makes a row of an event that was forgotten', async () => {
    const { tableName: TableName, client } = emulator;
    const Key = { pk: { S: EVENT.group }, sk: { S: EVENT.id } };
    await client.send(new DeleteItemCommand({ TableName, Key }));
    expect(await table().settle(EVENT, STORED, NEVER)).toBe('gone');
    expect((await emulator.rows()).filter(({ sk }) => sk?.S === EVENT.id)).toEqual([]);
  });

  test('brings nothing back into a row of which only the key is left', async () => {
    const { tableName: TableName, client } = emulator;
    const Key = { pk: { S: EVENT.group }, sk: { S: EVENT.id } };
    const UpdateExpression = 'SET forgottenAt = :now REMOVE payload';
    const ExpressionAttributeValues = { ':now': { N: '1' } };
    const forget = { TableName, Key, UpdateExpression, ExpressionAttributeValues };
    await client.send(new UpdateItemCommand(forget));
    expect(await read()).toBeUndefined();
    expect(await table().settle(EVENT, STORED, NEVER)).toBe('gone');
    const row = (await emulator.rows()).find(({ sk }) => sk?.S === EVENT.id);
    expect(row).not.toHaveProperty(['media.state']);
  });

  test('says where a partition is full, and that nothing was written', async () => {
    const full = mediaTable(refusing(FULL), emulator.tableName, () => now);
    expect(await full.settle(EVENT, STORED, NEVER)).toBe('full');
    expect(await full.setPace('shop', UNTROUBLED, NEVER)).toBe(false);
    const down = mediaTable(refusing('InternalServerError'), emulator.tableName, () => now);
    await expect(down.settle(EVENT, STORED, NEVER)).rejects.toThrow('InternalServerError');
    await expect(down.setPace('shop', UNTROUBLED, NEVER)).rejects.toThrow('InternalServerError');
  });

  test('keeps the pace of each channel, for a day', async () => {
    const pace = { errors: 3, since: now, pausedUntil: now + 60_000 };
    await table().setPace('shop', pace, NEVER);
    expect(await table().pace('shop', NEVER)).toEqual(pace);
    expect(await table().pace('other', NEVER)).toEqual(UNTROUBLED);
    now += DAY + 1000;
    expect(await table().pace('shop', NEVER)).toEqual(UNTROUBLED);
  });
});
