import { describe, expect, test } from 'vitest';
import type { Channel } from '../../lambda/channels/channel.ts';
import { keptRetention } from '../../lambda/channels/kept-retention.ts';
import { notedRetention } from '../../lambda/channels/noted-retention.ts';
import { UnreadableRow } from '../../lambda/shared/unreadable-row.ts';
import { aChannel } from '../support/channels.ts';

const { signal } = new AbortController();
const stored = (channel: Channel) => ({ id: channel.id, channel, revision: 1 });

/** A table of one channel, in which it may change. */
function aTable(channel: Channel | undefined) {
  const state = { channel, reads: 0, now: 0, warnings: 0 };
  const get = async () => {
    state.reads += 1;
    return state.channel && stored(state.channel);
  };
  const warn = () => {
    state.warnings += 1;
  };
  return { state, get, options: { now: () => state.now, warn } };
}

describe('for how long a channel says that its rows are kept', () => {
  test('is at most ten seconds old, and read no more often', async () => {
    const { state, get, options } = aTable(aChannel({ retentionDays: 9 }));
    const days = keptRetention({ get }, options);
    expect(await days('1', signal)).toBe(9);

    state.channel = aChannel({ retentionDays: 10 });
    state.now = 9_999;
    expect(await days('1', signal)).toBe(9);
    expect(state.reads).toBe(1);
    state.now = 10_000;
    expect(await days('1', signal)).toBe(10);
  });

  test('is nothing where there is no such channel, which is not asked for at each event', async () => {
    const { state, get, options } = aTable(undefined);
    const days = keptRetention({ get }, options);

    expect(await days('1', signal)).toBeUndefined();
    expect(await days('1', signal)).toBeUndefined();
    expect(state.reads).toBe(1);
  });

  test('is nothing where another release wrote it: nobody waits, and the log says so', async () => {
    const { state, options } = aTable(undefined);
    const get = () => Promise.reject(new UnreadableRow('channel', '1', {}));

    expect(await keptRetention({ get }, options)('1', signal)).toBeUndefined();
    expect(state.warnings).toBe(1);
  });

  test('is not known where the table is away', async () => {
    const get = () => Promise.reject(new Error('away'));
    const days = keptRetention({ get }, aTable(undefined).options);

    await expect(days('1', signal)).rejects.toThrow('away');
  });
});

test('for how long rows of a channel are kept is noted by whoever reads it anyway', async () => {
  const one = aChannel({ id: '1', retentionDays: 9 });
  const { get, state } = aTable(one);
  const list = async () => ({
    channels: [stored(aChannel({ id: '2', retentionDays: 10 }))],
    unreadable: [],
  });
  const channels = notedRetention({ get, list });
  expect(channels.daysOf('1')).toBeUndefined();

  await channels.get('1', signal);
  await channels.list(signal);
  expect([channels.daysOf('1'), channels.daysOf('2')]).toEqual([9, 10]);
  state.channel = aChannel({ id: '1' });
  await channels.get('1', signal);
  expect(channels.daysOf('1')).toBeUndefined();
});
