import { describe, expect, test } from 'vitest';
import { lanesPerSenderReader } from '../../lambda/sending/lanes-per-sender-table.ts';
import { waitingSinceReader, waitingSinceTable } from '../../lambda/sending/waiting-since-table.ts';
import { anEventTable } from '../support/an-event-table.ts';

const { signal } = new AbortController();
const SINCE = 1_795_212_000_000;
const lane = { channel: '123', lane: 0 };
const other = { channel: '123', lane: 1 };

const emulator = await anEventTable();
const { dynamodb, tableName } = emulator;
const table = waitingSinceTable(dynamodb, tableName);

describe('since when a lane waits', () => {
  test('is told of this lane alone, until nothing waits any more', async () => {
    await table.write(lane, SINCE, signal);

    const { of } = await table.read(signal);
    expect([of(lane), of(other), of({ channel: '12', lane: 30 })]).toEqual([
      ...[SINCE, undefined, undefined],
    ]);

    await table.write(lane, undefined, signal);
    expect((await table.read(signal)).of(lane)).toBeUndefined();
  });

  test('that waits for nothing can be told again and again', async () => {
    await table.write(lane, undefined, signal);
    await table.write(lane, undefined, signal);

    expect((await table.read(signal)).of(lane)).toBeUndefined();
  });

  test('is read at most every five seconds, each lane by itself', async () => {
    const clock = { now: SINCE };
    const read = waitingSinceReader(dynamodb, tableName, () => clock.now);
    expect(await read(lane, signal)).toBeUndefined();
    await table.write(lane, SINCE, signal);
    await table.write(other, SINCE + 1, signal);

    clock.now += 4_999;
    expect(await read(lane, signal)).toBeUndefined();
    expect(await read(other, signal)).toBe(SINCE + 1);
    clock.now += 1;
    expect(await read(lane, signal)).toBe(SINCE);
  });

  test('is none of a lane whose row tells something else', async () => {
    await table.write(lane, SINCE, signal);
    await table.write(lane, undefined, signal);

    expect(await waitingSinceReader(dynamodb, tableName, () => SINCE)(lane, signal)).toBe(
      undefined,
    );
  });
});

describe('how many lanes there are for each sender', () => {
  const reader = () => lanesPerSenderReader(dynamodb, tableName, () => SINCE)(signal);

  test('is one until it is told', async () => {
    expect(await reader()).toBe(1);
    expect((await table.read(signal)).lanesPerSender).toBe(1);
  });

  test('is one where lanes wait and nobody told it', async () => {
    await table.write(lane, SINCE, signal);

    expect((await table.read(signal)).lanesPerSender).toBe(1);
  });

  test('is what was told last, and is the waiting of no lane', async () => {
    await table.writeLanesPerSender(2.5, signal);
    await table.writeLanesPerSender(7, signal);
    await table.write(lane, SINCE, signal);

    const read = await table.read(signal);
    expect(read.lanesPerSender).toBe(7);
    expect(read.of(lane)).toBe(SINCE);
    expect(await reader()).toBe(7);
  });
});
