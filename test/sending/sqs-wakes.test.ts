import { describe, expect, test } from 'vitest';
import { wakeCheck, wakeLane } from '../../lambda/sending/sqs-wakes.ts';
import {
  checkDeduplicationId,
  checkGroup,
  readWake,
  wakeDeduplicationId,
  wakeGroup,
  writeCheckWake,
  writeWake,
} from '../../lambda/sending/wake.ts';

const { signal } = new AbortController();
const wake = { channel: '123', lane: 2 };

describe('a wake', () => {
  test('is read as it was written, and nothing else is', () => {
    expect(readWake(writeWake(wake))).toEqual({ ok: true, ...wake });
    expect(readWake('{"v":2}')).toEqual({ ok: false, reason: 'newer' });
    expect(readWake('{"v":1,"channel":"123","lane":"2"}')).toMatchObject({ reason: 'malformed' });
    expect(readWake('{"v":1,"lane":2}')).toMatchObject({ reason: 'malformed' });
  });

  test('has a group of its lane alone, by which nobody reads the channel', () => {
    expect(wakeGroup(wake)).toBe(wakeGroup({ ...wake }));
    expect(wakeGroup(wake)).not.toBe(wakeGroup({ ...wake, lane: 1 }));
    expect(wakeGroup({ channel: 'a.1', lane: 1 })).not.toBe(wakeGroup({ channel: 'a', lane: 11 }));
    expect(wakeGroup(wake)).not.toContain('123');
  });

  test('is one with the others of its lane and its quarter of a second', () => {
    const id = (ms: number) => wakeDeduplicationId(wake, ms);

    expect(id(1000)).toBe(id(1249));
    expect(id(1250)).not.toBe(id(1249));
    expect(id(1000)).not.toBe(wakeDeduplicationId({ ...wake, lane: 3 }, 1000));
  });

  test('is sent with the time that it is then, and no sooner done than the queue has it', async () => {
    const sent: object[] = [];
    let now = 1000;
    const wakes = wakeLane(
      async (operation, input) => {
        sent.push({ operation, ...input });
      },
      'https://queue',
      () => now,
    );
    now = 2000;
    await wakes(wake, signal);

    expect(sent).toEqual([
      {
        ...{ operation: 'SendMessage', QueueUrl: 'https://queue', MessageBody: writeWake(wake) },
        MessageGroupId: wakeGroup(wake),
        MessageDeduplicationId: wakeDeduplicationId(wake, 2000),
      },
    ]);
    const refusing = wakeLane(
      () => Promise.reject(new Error('away')),
      'https://queue',
      () => now,
    );
    await expect(refusing(wake, signal)).rejects.toThrow('away');
  });
});

describe('a wake for a check', () => {
  const HOUR_MS = 3_600_000;
  const MINUTE_MS = 60_000;
  const START_MS = 1_795_000_000_000;
  const minutes = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, minute) => START_MS + (from + minute) * MINUTE_MS);

  test('is read as it was written, and has a group that holds up no lane', () => {
    expect(readWake(writeCheckWake('123'))).toEqual({ ok: true, channel: '123', check: true });
    expect(readWake('{"v":1,"check":true}')).toMatchObject({ reason: 'malformed' });
    expect(checkGroup('123')).not.toBe(checkGroup('124'));
    expect(checkGroup('123')).not.toBe(wakeGroup({ channel: '123', lane: 0 }));
    expect(checkGroup('123')).not.toContain('123');
  });

  test.each(['123', 'shop', '900000000000100'])('comes once an hour for %s', (channel) => {
    for (const jitterMs of [0, 20_000, 59_999]) {
      const ids = minutes(0, 240).map((at) => checkDeduplicationId(channel, at + jitterMs));
      expect(new Set(ids.filter((id) => id !== undefined)).size).toBeGreaterThanOrEqual(4);
      const inAnHour = ids.slice(0, 60).filter((id) => id !== undefined);
      expect(new Set(inAnHour).size).toBeLessThanOrEqual(2);
      expect(inAnHour).toHaveLength(2);
    }
  });

  test('comes also where a minute is passed by', () => {
    const first = minutes(0, 60).find((at) => checkDeduplicationId('123', at) !== undefined) ?? 0;

    expect(checkDeduplicationId('123', first + MINUTE_MS)).toBe(checkDeduplicationId('123', first));
    expect(checkDeduplicationId('123', first + HOUR_MS)).not.toBe(
      checkDeduplicationId('123', first),
    );
  });

  test('comes for different channels at different times', () => {
    const channels = Array.from({ length: 600 }, (_, n) => String(900_000_000_000_100 + n));
    const due = minutes(0, 60).map(
      (at) => channels.filter((channel) => checkDeduplicationId(channel, at) !== undefined).length,
    );

    expect(Math.max(...due)).toBeLessThan(60);
    expect(Math.min(...due)).toBeGreaterThan(0);
  });

  test('is sent where it is due, and otherwise not', async () => {
    const sent: object[] = [];
    let now = START_MS;
    const ask = wakeCheck(
      async (_, input) => {
        sent.push(input);
      },
      'https://queue',
      () => now,
    );
    for (now of minutes(0, 60)) await ask('123', signal);

    expect(sent).toHaveLength(2);
    expect(sent[0]).toMatchObject({
      ...{ QueueUrl: 'https://queue', MessageBody: writeCheckWake('123') },
      MessageGroupId: checkGroup('123'),
      MessageDeduplicationId: expect.stringMatching(/^[\w-]+$/),
    });
  });
});
