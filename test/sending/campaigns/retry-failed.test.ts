import { describe, expect, test } from 'vitest';
import type { Campaign, Retry } from '../../../lambda/campaigns/campaign.ts';
import type { StoredCampaign } from '../../../lambda/campaigns/campaign-table.ts';
import { retryFailed } from '../../../lambda/sending/campaigns/retry-failed.ts';
import { aCampaign, CAMPAIGN_ID } from '../pulling/campaign-world.ts';

const { signal } = new AbortController();
const NOW = 1_800_000_000_000;

async function retried(campaign: Partial<Campaign>, withUncertain = false) {
  let stored: StoredCampaign = { campaign: aCampaign(campaign), revision: 4 };
  const requested: string[] = [];
  const answer = await retryFailed(
    CAMPAIGN_ID,
    withUncertain,
    {
      campaigns: {
        get: async () => stored,
        update: async (before, after) => {
          stored = { campaign: after, revision: before.revision + 1 };
          return true;
        },
      },
      requestRetry: async (_, name) => void requested.push(name),
      ...{ newCheckId: () => 'name', now: () => NOW, by: 'role/marketing' },
    },
    signal,
  );
  return { answer, requested, campaign: stored.campaign };
}

const RETRY: Retry = { number: 1, name: 'old', withUncertain: false, at: 1, by: 'a' };

describe('failures of a campaign', () => {
  test.each(['draft', 'ready', 'scheduled', 'running', 'paused', 'cancelled'] as const)(
    'are not offered again while it is %s',
    async (state) => {
      const { answer, requested, campaign } = await retried({ state });

      expect(answer).toMatchObject({
        status: 409,
        body: { error: { message: expect.stringContaining(`is ${state}, and cannot offer`) } },
      });
      expect(requested).toEqual([]);
      expect(campaign.retry).toBeUndefined();
    },
  );

  test('are looked for once it is finished, and nobody is sent anything before that', async () => {
    const { answer, requested, campaign } = await retried({ state: 'finished' }, true);

    expect(answer.status).toBe(202);
    expect(requested).toEqual(['name']);
    expect(campaign).toMatchObject({
      state: 'finished',
      retry: { number: 1, name: 'name', withUncertain: true, at: NOW, by: 'role/marketing' },
    });
  });

  test.each<[string, Partial<Retry>, number]>([
    ['is taken up again that nobody has looked through', {}, 1],
    ['is taken up again that could not be looked through', { because: 'away' }, 1],
    ['is followed by another that was', { found: { now: 3, later: 0 } }, 2],
  ])('a retry %s', async (_, retry, number) => {
    const { campaign } = await retried({ state: 'finished', retry: { ...RETRY, ...retry } });

    expect(campaign.retry).toMatchObject({ number, name: 'name' });
    expect(campaign.retry?.because).toBeUndefined();
  });
});
