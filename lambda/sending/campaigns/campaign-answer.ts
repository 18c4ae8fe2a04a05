import type { Campaign, Money } from '../../campaigns/campaign.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import type { CheckReport } from '../../campaigns/report.ts';
import type { CampaignFigures } from '../../campaigns/track-figures.ts';
import type { CampaignAnswer, CampaignShown } from './schemas.ts';

const MICROS = 1_000_000;

const isoTime = (ms: number) => new Date(ms).toISOString();

function moneyAnswer({ micros, currency }: Money) {
  return { amount: micros / MICROS, currency };
}

export function campaignAnswer(campaign: Campaign): CampaignAnswer {
  const { id, name, channel, tenant, state, map, timeZone, weight, stopAbove, check } = campaign;
  const { budget, variants, changes } = campaign;
  return {
    ...{ id, name, channel, tenant, state, map, timeZone, weight },
    because: campaign.because ?? null,
    variants: variants.map((one) => ({ ...one })),
    recipientColumn: campaign.recipientColumn ?? null,
    startAt: campaign.startAt ?? null,
    quiet: campaign.quiet ?? null,
    maxPerSecond: campaign.maxPerSecond ?? null,
    budget: budget === undefined ? null : moneyAnswer(budget),
    stopAbove: { ...stopAbove },
    portfolioLimit: campaign.portfolioLimit ?? null,
    check:
      check === undefined
        ? null
        : {
            at: isoTime(check.at),
            category: check.category,
            ...{ recipients: check.recipients, refused: check.refused },
            cost: moneyAnswer(check.cost),
          },
    changes: changes.map(({ at, because = null, ...rest }) => ({
      ...rest,
      at: isoTime(at),
      because,
    })),
    createdAt: isoTime(campaign.createdAt),
    updatedAt: isoTime(campaign.updatedAt),
  };
}

/** What it has come to: by its rows as the router counted them, and by how far its parts are. */
export function figuresAnswer(
  { check }: Pick<Campaign, 'check'>,
  cursors: readonly Cursor[],
  figures: CampaignFigures,
): CampaignShown['figures'] {
  if (check === undefined) return null;
  const { currency } = check.cost;
  const passed: Record<string, number> = {};
  for (const [reason, count] of cursors.flatMap((one) => Object.entries(one.passed))) {
    passed[reason] = (passed[reason] ?? 0) + count;
  }
  const lines = cursors.reduce((sum, cursor) => sum + cursor.lines, 0);
  const done = cursors.reduce((sum, cursor) => sum + cursor.done, 0);
  const { states, reached, replied, failures, byVariant, cost } = figures;
  return {
    ...{ recipients: lines, waiting: lines - done, passed, replied },
    ...{ states: { ...states }, reached: { ...reached }, failures: [...failures] },
    byVariant: byVariant.map((one) => ({ ...one, states: { ...one.states } })),
    cost: cost.map(({ micros, ...where }) => ({ ...where, amount: micros / MICROS })),
    spent: moneyAnswer({ micros: figures.costMicros, currency }),
    pending: moneyAnswer({ micros: figures.pendingMicros, currency }),
  };
}

/** What a check found, without what is for the stack alone. */
export function reportAnswer(report: CheckReport): CampaignShown['report'] {
  const { faults, warnings, columns, recipients, refused, rates, seconds, days = null } = report;
  return {
    ...{ recipients, rates, seconds, days },
    at: isoTime(report.at),
    faults: faults.map(({ text, row = null, column = null }) => ({ text, row, column })),
    ...{ warnings: [...warnings], columns: [...columns], refused: { ...refused } },
    cost: moneyAnswer(report.cost),
    costs: report.costs.map(({ micros, ...where }) => ({ ...where, amount: micros / MICROS })),
    zones: report.zones.map((one) => ({ ...one, timeZones: [...one.timeZones] })),
  };
}
