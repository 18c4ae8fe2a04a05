import { type Campaign, type Money, type Retry, roundsOf } from '../../campaigns/campaign.ts';
import { type Cursor, firstRound } from '../../campaigns/cursor.ts';
import { retriableIn } from '../../campaigns/offers.ts';
import type { CheckReport } from '../../campaigns/report.ts';
import type { CampaignFigures } from '../../campaigns/track-figures.ts';
import type { CampaignAnswer, CampaignShown } from './schemas.ts';

const MICROS = 1_000_000;
const HOUR_MS = 3_600_000;

const isoTime = (ms: number) => new Date(ms).toISOString();

function moneyAnswer({ micros, currency }: Money) {
  return { amount: micros / MICROS, currency };
}

export function campaignAnswer(campaign: Campaign): CampaignAnswer {
  const { id, name, channel, tenant, state, map, timeZone, weight, stopAbove, check } = campaign;
  const { variants, changes } = campaign;
  return {
    ...{ id, name, channel, tenant, state, map, timeZone, weight },
    because: campaign.because ?? null,
    variants: variants.map((one) => ({ ...one })),
    steps: campaign.steps.map(({ delayMs, ...step }) => ({
      ...step,
      afterHours: delayMs / HOUR_MS,
    })),
    stepsBegun: campaign.stepsBegun ?? 0,
    triggered: campaign.isTriggered === true,
    recipientColumn: campaign.recipientColumn ?? null,
    ...limitsAnswer(campaign),
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
    retry: campaign.retry === undefined ? null : retryAnswer(campaign.retry),
    changes: changes.map(({ at, because = null, ...rest }) => ({
      ...rest,
      at: isoTime(at),
      because,
    })),
    createdAt: isoTime(campaign.createdAt),
    updatedAt: isoTime(campaign.updatedAt),
  };
}

function limitsAnswer({ startAt, quiet, maxPerSecond, budget }: Campaign) {
  return {
    ...{ startAt: startAt ?? null, quiet: quiet ?? null, maxPerSecond: maxPerSecond ?? null },
    budget: budget === undefined ? null : moneyAnswer(budget),
  };
}

function retryAnswer({ number, withUncertain: uncertain, at, by, found, because }: Retry) {
  const known = { found: found === undefined ? null : { ...found }, because: because ?? null };
  return { number, uncertain, at: isoTime(at), by, ...known };
}

/** What it has come to: by its rows as the router counted them, and by how far its parts are. */
export function figuresAnswer(
  campaign: Pick<Campaign, 'check' | 'steps' | 'stepsBegun' | 'retry' | 'isTriggered'>,
  all: readonly Cursor[],
  figures: CampaignFigures,
): CampaignShown['figures'] {
  const { check, retry, steps, stepsBegun = 0 } = campaign;
  if (check === undefined) return null;
  const { currency } = check.cost;
  const cursors = firstRound(all);
  const { states, reached, replied, failures, byVariant, cost } = figures;
  return {
    ...(campaign.isTriggered
      ? triggeredIn(figures, 0)
      : { ...turnsIn(cursors), passed: passedIn(cursors) }),
    replied,
    ...{ states: { ...states }, reached: { ...reached }, failures: [...failures] },
    byVariant: byVariant.map((one) => ({ ...one, states: { ...one.states } })),
    cost: cost.map(({ micros, ...where }) => ({ ...where, amount: micros / MICROS })),
    spent: moneyAnswer({ micros: figures.costMicros, currency }),
    pending: moneyAnswer({ micros: figures.pendingMicros, currency }),
    retriable: { ...retriableIn(figures) },
    again: turnsIn(retry?.found === undefined ? [] : inRounds(all, roundsOf(campaign, retry))),
    steps: Array.from({ length: campaign.isTriggered ? steps.length : stepsBegun }, (_, index) => {
      if (campaign.isTriggered) return { step: index + 1, ...triggeredIn(figures, index + 1) };
      const ofStep = inRounds(all, [index + 1]);
      return { step: index + 1, ...turnsIn(ofStep), passed: passedIn(ofStep) };
    }),
  };
}

/** Of who was put into a triggered campaign: who came as far as a message, and what became of that. */
function triggeredIn({ triggered }: CampaignFigures, step: number) {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const came = triggered.filter((one) => one.step >= step);
  const here = triggered.find((one) => one.step === step);
  const { through: _, ...passed } = here?.ended ?? {};
  return {
    recipients: sum(came.flatMap(({ waiting, ended }) => [waiting, ...Object.values(ended)])),
    waiting: here?.waiting ?? 0,
    passed,
  };
}

/** Who was left out, by the reason. */
function passedIn(cursors: readonly Cursor[]): Record<string, number> {
  const passed: Record<string, number> = {};
  for (const [reason, count] of cursors.flatMap((one) => Object.entries(one.passed))) {
    passed[reason] = (passed[reason] ?? 0) + count;
  }
  return passed;
}

function turnsIn(cursors: readonly Cursor[]) {
  const recipients = cursors.reduce((sum, { lines }) => sum + lines, 0);
  const done = cursors.reduce((sum, cursor) => sum + cursor.done, 0);
  return { recipients, waiting: recipients - done };
}

function inRounds(cursors: readonly Cursor[], rounds: readonly number[]): readonly Cursor[] {
  return cursors.filter(({ round = 0 }) => rounds.includes(round));
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
    costOfAllSteps: moneyAnswer(report.costOfAllSteps),
    costs: report.costs.map(({ micros, ...where }) => ({ ...where, amount: micros / MICROS })),
    zones: report.zones.map((one) => ({ ...one, timeZones: [...one.timeZones] })),
  };
}
