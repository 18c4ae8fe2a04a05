import type { Campaign } from '../../lambda/campaigns/campaign.ts';

export const CAMPAIGN_ID = 'cmp_AAAAAAAAAAAAAAAAAAAAAA';

/** A draft with one template and nothing special. */
export function aCampaign(overrides: Partial<Campaign> = {}): Campaign {
  return {
    id: CAMPAIGN_ID,
    name: 'Spring',
    channel: '106540352242922',
    tenant: 'default',
    provider: 'meta',
    variants: [{ template: 'spring_offer', language: 'es_MX', share: 1 }],
    steps: [],
    map: { 1: 'name', header: 'image', 'button.0': 'path' },
    timeZone: 'Europe/Madrid',
    weight: 1,
    stopAbove: { failed: 0.2, blocked: 0.1 },
    lifeMs: 3_600_000,
    state: 'draft',
    changes: [],
    createdAt: 1_790_000_000_000,
    updatedAt: 1_790_000_000_000,
    ...overrides,
  };
}
