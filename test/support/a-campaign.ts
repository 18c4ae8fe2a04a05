import type { Campaign } from '../../lambda/campaigns/campaign.ts';
import type { Cursor } from '../../lambda/campaigns/cursor.ts';
import type { PartLine } from '../../lambda/campaigns/part.ts';
import { CAMPAIGN, CAMPAIGN_CHANNEL } from './campaign-rows.ts';

/** A campaign under way. */
export function aCampaign(overrides: Partial<Campaign> = {}): Campaign {
  return {
    ...{ id: CAMPAIGN, name: 'Spring', channel: CAMPAIGN_CHANNEL, tenant: 'default' },
    provider: 'meta',
    variants: [{ template: 'spring_sale', language: 'es_MX', share: 1 }],
    ...{ steps: [], map: {}, timeZone: 'recipient', weight: 1 },
    ...{ stopAbove: { failed: 0.2, blocked: 0.1 }, lifeMs: 3_600_000 },
    check: {
      ...{ id: 'chk', at: 1_795_000_000_000, etag: '"1"', category: 'marketing', tracks: 1 },
      ...{ recipients: 3, refused: 0, cost: { micros: 1, currency: 'USD' }, dearestMicros: 30_000 },
    },
    ...{ state: 'running', changes: [] },
    ...{ createdAt: 1_795_000_000_000, updatedAt: 1_795_000_000_000 },
    ...overrides,
  };
}

/** One that nobody has checked. */
export function aDraft(overrides: Partial<Campaign> = {}): Campaign {
  const { check: _, ...campaign } = aCampaign({ state: 'draft' });
  return { ...campaign, ...overrides };
}

export function aPartLine(row: number, overrides: Partial<PartLine> = {}): PartLine {
  const to = { kind: 'phone', name: `52155500${String(row).padStart(5, '0')}` } as const;
  return { row, to, variant: 0, components: [[]], micros: 30_500, country: 'MX', ...overrides };
}

export function aCursor(overrides: Partial<Cursor> = {}): Cursor {
  return {
    ...{ zone: 'all', track: 0, timeZones: [], lines: 3, bytes: 0, done: 0, offset: 0 },
    ...{ hours: {}, passed: {}, isOver: false, movedAt: 0 },
    ...overrides,
  };
}
