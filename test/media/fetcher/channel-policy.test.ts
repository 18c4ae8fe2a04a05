import { expect, test } from 'vitest';
import { channelPolicies } from '../../../lambda/media/fetcher/channel-policy.ts';
import type { MediaPolicies } from '../../../lambda/media/policy.ts';

const { signal } = new AbortController();
const SETTINGS: MediaPolicies = {
  ...({ keep: 'all', maxMegabytes: 20, urlExpiryMinutes: 5, tenant: 'default' } as const),
  channels: { one: { tenant: 'acme', maxMegabytes: 10 } },
};

test('of files that come to a channel its row says first what is kept and whose they are, then the settings', async () => {
  const policy = channelPolicies(SETTINGS, {
    ownPolicies: async (channel) => (channel === 'two' ? {} : { media: { keep: 'none' } }),
    ownerOf: async (channel) => (channel === 'one' ? 'brand' : undefined),
  });

  expect(await policy('one', signal)).toEqual({
    ...{ keep: 'none', maxMegabytes: 10, urlExpiryMinutes: 5, tenant: 'brand' },
  });
  expect(await policy('two', signal)).toEqual({
    ...{ keep: 'all', maxMegabytes: 20, urlExpiryMinutes: 5, tenant: 'default' },
  });
});
