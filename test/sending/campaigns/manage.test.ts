import { describe, expect, test } from 'vitest';
import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import type { StoredCampaign } from '../../../lambda/campaigns/campaign-table.ts';
import {
  changeCampaign,
  createCampaign,
  type ManageDeps,
} from '../../../lambda/sending/campaigns/manage.ts';
import { aChannel } from '../../support/channels.ts';
import { aCampaign } from '../pulling/campaign-world.ts';

const NOW = Date.parse('2027-01-15T08:00:00Z');
const { signal } = new AbortController();
const never = () => Promise.reject(new Error('nobody asks for that here'));

function aWorld(campaign: Partial<Campaign> = {}) {
  const marks: { lane: number; dueAt: number; start: number }[] = [];
  const wakes: number[] = [];
  let stored: StoredCampaign | undefined = { campaign: aCampaign(campaign), revision: 4 };
  const deps: ManageDeps = {
    campaigns: {
      get: async () => stored,
      list: never,
      add: async () => true,
      update: async (before, after) => {
        stored = { campaign: after, revision: before.revision + 1 };
        return true;
      },
    },
    channel: async (id) => ({ id, channel: aChannel({ id }), revision: 1 }),
    ...{ readCursors: never, readFigures: never, readReport: never, refusalsLink: never },
    uploadForm: async () => ({ url: 'https://x', fields: {}, maxBytes: 1, expiresAt: '' }),
    ...{ etagOf: never, requestCheck: never },
    marks: {
      put: async ({ lane }, { dueAt, start }) => void marks.push({ lane, dueAt, start }),
    },
    wake: async ({ lane }) => void wakes.push(lane),
    ...{ newId: () => 'cmp_1', newCheckId: () => 'check', now: () => NOW },
    expiresAt: (channel) => NOW / 1000 + (channel === 'short' ? 8 : 30) * 86_400,
    by: 'role/marketing',
  };
  return { deps, marks, wakes, stored: () => stored };
}

describe('a change of a campaign', () => {
  test('has its lanes know, which may rest until what held before is over', async () => {
    const world = aWorld({ quiet: { from: '21:00', to: '20:00' } });
    const { status } = await changeCampaign('cmp_1', { quiet: null }, world.deps, signal);

    expect(status).toBe(200);
    expect(world.marks).toEqual([{ lane: 0, dueAt: NOW, start: 5 }]);
    expect(world.wakes).toEqual([0]);
  });

  test('wakes nobody for one that is not under way', async () => {
    const world = aWorld({ state: 'paused' });
    await changeCampaign('cmp_1', { maxPerSecond: 3 }, world.deps, signal);

    expect(world.marks).toEqual([]);
  });

  test('waits for its check, whose findings would be of one that is no more', async () => {
    const world = aWorld({ state: 'checking', checking: 'check' });
    const { status } = await changeCampaign('cmp_1', { name: 'Other' }, world.deps, signal);

    expect(status).toBe(409);
    expect(world.stored()?.revision).toBe(4);
  });
});

describe('a new campaign', () => {
  const input = { channel: '123', variants: [{ template: 'a', language: 'es' }] };

  test.each([
    [
      'a day that no month has',
      { startAt: '2027-02-30T09:00' },
      'startAt takes a day that there is',
    ],
    [
      'steps that take longer than its files are kept',
      { steps: [1, 2].map(() => ({ template: 'b', language: 'es', afterHours: 250 })) },
      'steps takes 20 days together, as long as it is known who got them, not 21',
    ],
    [
      'steps that take longer than rows of its channel are kept',
      { channel: 'short', steps: [{ template: 'b', language: 'es', afterHours: 150 }] },
      'steps takes 5 days together',
    ],
    ['more than a row can hold', { prices: { a: 'x'.repeat(200_000) } }, 'map and prices take'],
  ])('is refused with %s', async (_, more, message) => {
    const answer = await createCampaign({ ...input, ...more }, aWorld().deps, signal);

    expect(answer).toMatchObject({
      status: 422,
      body: { error: { message: expect.stringContaining(message) } },
    });
  });
});
