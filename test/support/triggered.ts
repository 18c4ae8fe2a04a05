import type { Campaign } from '../../lambda/campaigns/campaign.ts';
import type { CheckReport } from '../../lambda/campaigns/report.ts';
import type { Template } from '../../lambda/campaigns/templates/template.ts';
import { aCampaign } from './a-campaign.ts';

const HOUR_MS = 3_600_000;

/** A triggered campaign that runs, with a reminder two hours later to who did not reply. */
export function aTriggered(overrides: Partial<Campaign> = {}): Campaign {
  return aCampaign({
    ...{ isTriggered: true, timeZone: 'UTC' },
    variants: [{ template: 'cart', language: 'es_MX', share: 1 }],
    steps: [
      {
        ...{ template: 'reminder', language: 'es_MX', delayMs: 2 * HOUR_MS },
        condition: 'no_reply',
      },
    ],
    ...overrides,
  });
}

export function aTemplate(overrides: Partial<Template> = {}): Template {
  return {
    ...{ id: '1', name: 'cart', language: 'es_MX', status: 'APPROVED', category: 'marketing' },
    ...{ isNamed: false, body: 'Hola {{1}}', buttons: [], hasBid: false, others: [] },
    ...overrides,
  };
}

/** What the check of `aTriggered` found. */
export function aTriggeredReport(overrides: Partial<CheckReport> = {}): CheckReport {
  return {
    ...{ check: 'chk', at: 1_795_000_000_000, faults: [], warnings: [], columns: ['1'] },
    ...{ recipients: 0, refused: {}, costs: [], cost: { micros: 0, currency: 'USD' } },
    ...{ costOfAllSteps: { micros: 0, currency: 'USD' }, rates: '2026-07-01', seconds: 0 },
    ...{ zones: [], templates: [] },
    whole: [aTemplate(), aTemplate({ id: '2', name: 'reminder', body: 'Sigue ahí, {{1}}' })],
    ...overrides,
  };
}
