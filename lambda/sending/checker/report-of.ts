import type { Campaign } from '../../campaigns/campaign.ts';
import type { CheckFault } from '../../campaigns/recipients/file-fault.ts';
import type { CheckedTemplate, CheckReport, ZoneCount } from '../../campaigns/report.ts';
import { timeZonesOf } from '../../campaigns/zones.ts';
import { lanesOf, sendIntervalMs } from '../../channels/channel.ts';
import type { Plan } from './plan.ts';
import type { Tally } from './read-recipients.ts';

/** What a check came to, as far as it came. */
export interface Looked {
  readonly faults: readonly CheckFault[];
  readonly etag?: string;
  readonly plan?: Plan;
  readonly columns?: readonly string[];
  readonly tally?: Tally;
}

const DAY_MS = 86_400_000;

/** A campaign keeps this far below the limit of its portfolio. */
const SHARE_OF_LIMIT = 0.95;

/** @param campaignDays for how many days its parts are kept */
export function reportOf(
  campaign: Campaign,
  { faults, etag, plan, columns = [], tally }: Looked,
  { check, at, campaignDays }: { check: string; at: number; campaignDays: number },
): CheckReport {
  const countries = [...(tally?.countries ?? [])];
  const recipients = sum(countries.map(([, country]) => country.recipients));
  const micros = sum(countries.map(([, country]) => country.micros));
  const currency = plan?.prices.currency ?? 'USD';
  const { seconds, days } = durationOf(recipients, campaign, plan);
  const late = daysOf(campaign, Math.max(days ?? 0, seconds / 86_400)) > campaignDays - 1;
  const zones = zonesOf(tally, campaign);
  return {
    ...{ check, at, faults, columns, recipients, seconds, zones },
    ...(etag !== undefined && { etag }),
    warnings: [
      ...(plan?.warnings ?? []),
      ...(late
        ? [
            `it takes longer than the ${campaignDays} days for which its files are kept: send it in several`,
          ]
        : []),
    ],
    refused: tally?.refused ?? {},
    costs: countries
      .map(([country, cost]) => ({ country, category: plan?.category ?? '', ...cost }))
      .toSorted((one, other) => other.recipients - one.recipients),
    cost: { micros, currency },
    costOfAllSteps: { micros: micros * (1 + campaign.steps.length), currency },
    rates: plan?.prices.rates ?? '',
    ...(days !== undefined && { days }),
    templates: templatesOf(plan),
    ...wholeOf(campaign, plan),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function durationOf(recipients: number, { maxPerSecond = Infinity }: Campaign, plan?: Plan) {
  if (plan === undefined) return { seconds: 0 };
  const { channel, portfolioLimit } = plan;
  const pace = (1000 * lanesOf(channel)) / sendIntervalMs(channel);
  const seconds = Math.ceil(recipients / Math.min(pace, maxPerSecond));
  if (portfolioLimit === undefined) return { seconds };
  return { seconds, days: Math.ceil(recipients / (portfolioLimit * SHARE_OF_LIMIT)) };
}

function zonesOf(tally: Tally | undefined, campaign: Campaign): readonly ZoneCount[] {
  const byZone = Map.groupBy(tally?.parts.values() ?? [], ({ zone }) => zone);
  return [...byZone]
    .map(([zone, parts]) => ({
      zone,
      timeZones: timeZonesOf(zone, campaign),
      recipients: sum(parts.map(({ lines }) => lines)),
    }))
    .toSorted((one, other) => other.recipients - one.recipients);
}

/** With its steps. A triggered one has no files that would have to be kept. */
function daysOf({ steps, isTriggered }: Campaign, days: number): number {
  if (isTriggered) return 0;
  return days + sum(steps.map(({ delayMs }) => delayMs)) / DAY_MS;
}

/** Of a triggered campaign, whose people come one by one. */
function wholeOf({ isTriggered }: Campaign, plan: Plan | undefined): Pick<CheckReport, 'whole'> {
  return isTriggered && plan ? { whole: [...plan.variants, ...plan.steps] } : {};
}

function templatesOf(plan: Plan | undefined): readonly CheckedTemplate[] {
  const all = [...(plan?.variants ?? []), ...(plan?.steps ?? [])];
  return all.map(({ name, language, id }) => ({ template: name, language, id }));
}
