import { describe, expect, test } from 'vitest';
import { wakeLane } from '../../lambda/sending/sqs-wakes.ts';
import { readWake, wakeDeduplicationId, wakeGroup, writeWake } from '../../lambda/sending/wake.ts';

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
