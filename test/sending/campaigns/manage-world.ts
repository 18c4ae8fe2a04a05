import { expect } from 'vitest';
import { CAMPAIGN_STATES, type Campaign } from '../../../lambda/campaigns/campaign.ts';
import type { CampaignMark } from '../../../lambda/campaigns/campaign-mark.ts';
import type { StoredCampaign } from '../../../lambda/campaigns/campaign-table.ts';
import type { ManageDeps } from '../../../lambda/sending/campaigns/manage.ts';
import type { MoveDeps } from '../../../lambda/sending/campaigns/move-campaign.ts';
import { aChannel } from '../../support/channels.ts';
import { aCampaign } from '../pulling/campaign-world.ts';

/** A Friday morning. */
export const NOW = Date.parse('2027-01-15T08:00:00Z');
export const BY = 'role/marketing';

const never = () => Promise.reject(new Error('nobody asks for that here'));

/** One campaign, others who change it too, and whoever manages it. */
export function manageWorld(
  campaign: Partial<Campaign> = {},
  others: Partial<ManageDeps & MoveDeps> = {},
) {
  const marks: (Pick<CampaignMark, 'dueAt' | 'start'> & { readonly lane: number })[] = [];
  const wakes: number[] = [];
  const requested: string[] = [];
  const added: Campaign[] = [];
  const first = aCampaign(campaign);
  const world = {
    ...{ first, marks, wakes, requested, added },
    stored: { campaign: first, revision: 4 } as StoredCampaign | undefined,
    /** What others do to it, each before somebody's next change. */
    meanwhile: [] as Partial<Campaign>[],
  };
  const change = (by: Partial<Campaign>) => {
    if (world.stored === undefined) return;
    const { campaign: before, revision } = world.stored;
    world.stored = { campaign: { ...before, ...by }, revision: revision + 1 };
  };
  const deps: ManageDeps & MoveDeps = {
    campaigns: {
      get: async () => world.stored,
      list: never,
      add: async (one) => added.push(one) > 0,
      update: async (before, after) => {
        const theirs = world.meanwhile.shift();
        if (theirs !== undefined) change(theirs);
        if (before.revision !== world.stored?.revision) return false;
        world.stored = { campaign: after, revision: before.revision + 1 };
        return true;
      },
    },
    channel: async (id) => ({ id, channel: aChannel({ id }), revision: 1 }),
    ...{ readCursors: never, readFigures: never, readReport: never, refusalsLink: never },
    uploadForm: async (id) => ({ url: `https://s3/${id}`, fields: {}, maxBytes: 1, expiresAt: '' }),
    etagOf: async () => 'etag',
    requestCheck: async (id, check) => {
      requested.push(`${check} of ${id}, which is ${world.stored?.campaign.state}`);
    },
    marks: {
      put: async ({ lane }, { dueAt, start }) => void marks.push({ lane, dueAt, start }),
    },
    wake: async ({ lane }) => void wakes.push(lane),
    ...{ newId: () => 'cmp_1', newCheckId: () => 'second', now: () => NOW },
    expiresAt: (channel) => NOW / 1000 + (channel === 'short' ? 8 : 30) * 86_400,
    ...{ by: BY, ...others },
  };
  return Object.assign(world, { deps });
}

export function otherThan(...states: readonly Campaign['state'][]) {
  return CAMPAIGN_STATES.filter((state) => !states.includes(state));
}

/** What an answer is that refuses, with what it says. */
export function saying(status: number, message: string) {
  return {
    status,
    body: { error: { message: expect.stringContaining(message) } },
  };
}
