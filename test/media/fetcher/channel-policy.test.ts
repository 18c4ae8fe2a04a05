import { describe, expect, test } from 'vitest';
import type { Channel } from '../../../lambda/channels/channel.ts';
import { channelPolicies } from '../../../lambda/media/fetcher/channel-policy.ts';
import type { MediaPolicies } from '../../../lambda/media/policy.ts';
import { UnreadableRow } from '../../../lambda/shared/unreadable-row.ts';
import { aChannel } from '../../support/channels.ts';

const { signal } = new AbortController();
const SETTINGS: MediaPolicies = {
  ...({ keep: 'all', maxMegabytes: 20, urlExpiryMinutes: 5, tenant: 'default' } as const),
  channels: { one: { tenant: 'acme', maxMegabytes: 10 } },
};

/** Rows of channels, which may change. */
function policies(rows: Map<string, Partial<Channel>>) {
  const state = { now: 0, reads: 0 };
  const get = async (id: string) => {
    state.reads += 1;
    const row = rows.get(id);
    return row && { id, channel: aChannel({ id, ...row }), revision: 1 };
  };
  return { state, policy: channelPolicies(SETTINGS, { get }, () => state.now) };
}

describe('of files that come to a channel', () => {
  const OF_TWO = { keep: 'all', maxMegabytes: 20, urlExpiryMinutes: 5, tenant: 'default' };

  test('its row says first what is kept and whose they are, then the settings', async () => {
    const { policy } = policies(
      new Map([['one', { media: { keep: 'none' }, tenant: 'brand' } as const]]),
    );

    expect(await policy('one', signal)).toEqual({
      ...{ keep: 'none', maxMegabytes: 10, urlExpiryMinutes: 5, tenant: 'brand' },
    });
    expect(await policy('two', signal)).toEqual(OF_TWO);
  });

  test('the settings say whose they are where the row names the default tenant', async () => {
    const { policy } = policies(new Map([['one', { tenant: 'default' }]]));

    expect(await policy('one', signal)).toMatchObject({ tenant: 'acme' });
  });

  test('what is known is at most ten seconds old, and read no more often, be there a row or not', async () => {
    const rows = new Map<string, Partial<Channel>>();
    const { policy, state } = policies(rows);
    await Promise.all([policy('two', signal), policy('two', signal)]);
    rows.set('two', { media: { maxMegabytes: 1 }, tenant: 'brand' });
    state.now = 9_999;

    expect(await policy('two', signal)).toEqual(OF_TWO);
    expect(state.reads).toBe(1);
    state.now = 10_000;
    expect(await policy('two', signal)).toEqual({ ...OF_TWO, maxMegabytes: 1, tenant: 'brand' });
    expect(state.reads).toBe(2);
  });

  test('nothing is known where another release wrote the row, until this one can read it', async () => {
    let reads = 0;
    const get = async (id: string) => {
      reads += 1;
      if (reads === 1) throw new UnreadableRow('channel', id, {});
      return undefined;
    };
    const policy = channelPolicies(SETTINGS, { get }, () => 0);

    await expect(policy('two', signal)).rejects.toThrow(UnreadableRow);
    expect(await policy('two', signal)).toEqual(OF_TWO);
  });
});
