import { describe, expect, test } from 'vitest';
import { type TickDeps, tick } from '../../../lambda/sending/ticker/tick.ts';
import { aChannel } from '../../support/channels.ts';
import { laneRow } from '../lane-world.ts';

const NOW = 1_795_000_000_000;
const { signal } = new AbortController();
const NOTHING = { rows: [], campaigns: [] };
const away = () => Promise.reject(new Error('away'));

/** Channels in which nothing waits. */
function depsWith(channels: readonly ReturnType<typeof aChannel>[], others: Partial<TickDeps>) {
  const counts: Record<string, number> = {};
  const warnings: unknown[] = [];
  const deps: TickDeps = {
    outbox: { read: away, putWaiting: away },
    claims: { release: away, link: away, point: away },
    lanes: {
      look: away,
      oldest: async () => NOTHING,
      removeDoubt: away,
      doubts: async () => [],
    },
    channels: {
      list: async () => ({
        channels: channels.map((channel) => ({ id: channel.id, channel, revision: 1 })),
        unreadable: [],
      }),
    },
    wake: async () => undefined,
    wakeCheck: async () => undefined,
    expire: away,
    wakeStalled: async () => undefined,
    findPerson: away,
    findTraces: async () => [],
    sendersAtOnce: 2,
    waitingSince: {
      read: async () => ({ of: () => undefined, lanesPerSender: 1 }),
      ...{ write: away, writeLanesPerSender: away },
    },
    now: () => NOW,
    count: (metric, value = 1) => {
      counts[metric] = (counts[metric] ?? 0) + value;
    },
    warn: (message, fields) => void warnings.push({ message, ...fields }),
    ...others,
  };
  return { deps, counts, warnings };
}

const CHANNELS = [
  aChannel({ id: 'one', needsAttention: 'quality: RED' }),
  aChannel({ id: 'two', state: 'paused', pausedBecause: 'user' }),
  aChannel({ id: 'three' }),
];

describe('a tick', () => {
  test('ends well where campaigns cannot be looked after, and says so', async () => {
    const { deps, counts, warnings } = depsWith(CHANNELS, { wakeStalled: away });
    await tick(signal, deps);
    expect(counts).toMatchObject({ TickInterrupted: 1, OutboxWaitingMinutes: 0 });
    expect(warnings).toEqual([{ message: 'Campaigns not looked after', fault: 'Error' }]);
  });

  test('asks for the check of each channel, also of those that are paused', async () => {
    const asked: string[] = [];
    const { deps } = depsWith(CHANNELS, { wakeCheck: async (id) => void asked.push(id) });
    await tick(signal, deps);

    expect(asked).toEqual(['one', 'two', 'three']);
  });

  test('counts the channels that need attention', async () => {
    const { deps, counts } = depsWith(CHANNELS, {});
    await tick(signal, deps);

    expect(counts).toMatchObject({ ChannelsAtFault: 1, OutboxWaitingMinutes: 0 });
  });

  test('tells senders how many lanes have something to send for each of them, where that changes', async () => {
    const told: number[] = [];
    const oldest = async () => ({ rows: [laneRow('m1', { dueAt: NOW - 1 })], campaigns: [] });
    const waitingSince = (lanesPerSender: number): TickDeps['waitingSince'] => ({
      read: async () => ({ of: () => NOW - 1, lanesPerSender }),
      write: async () => undefined,
      writeLanesPerSender: async (lanes) => void told.push(lanes),
    });
    // Of the one that is paused nothing is sent.
    const { lanes } = depsWith([], {}).deps;
    const busy = { lanes: { ...lanes, oldest, look: async () => NOTHING }, sendersAtOnce: 1 };
    for (const known of [1, 2]) {
      const { deps } = depsWith(CHANNELS, { ...busy, waitingSince: waitingSince(known) });
      await tick(signal, deps);
    }
    const { deps } = depsWith(CHANNELS, { waitingSince: waitingSince(2) });
    await tick(signal, deps);

    expect(told).toEqual([2, 1]);
  });

  test('goes on with the others where one cannot be looked after', async () => {
    const asked: string[] = [];
    const { deps, counts, warnings } = depsWith(CHANNELS, {
      wakeCheck: async (id) => {
        asked.push(id);
        if (id === 'one') throw new TypeError('one');
      },
    });
    await tick(signal, deps);

    expect(asked).toHaveLength(3);
    expect(counts).toMatchObject({ TickInterrupted: 1 });
    const fields = { channel: 'one', fault: 'TypeError' };
    expect(warnings).toEqual([{ message: 'Check not asked for', ...fields }]);
  });
});
