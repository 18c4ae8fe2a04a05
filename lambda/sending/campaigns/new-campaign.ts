import { randomBytes } from 'node:crypto';
import type { Campaign, Money } from '../../campaigns/campaign.ts';
import { instantOf, isTimeZone, minutesOf } from '../../campaigns/opening.ts';
import type { Channel } from '../../channels/channel.ts';
import { present } from '../../shared/json/fields.ts';
import type { CampaignChange, CampaignInput } from './schemas.ts';

/** In place of the name of a time zone: that of each recipient's number. */
const OF_RECIPIENT = 'recipient';
const HOUR_MS = 3_600_000;
const DEFAULTS = { validHours: 24, weight: 1, failed: 0.3, blocked: 0.1 };
const MICROS = 1_000_000;
const ID_BYTES = 16;

export function newCampaignId(): string {
  return `cmp_${randomBytes(ID_BYTES).toString('base64url')}`;
}

export function newCampaign(
  input: CampaignInput,
  { id: channel, tenant, provider }: Channel,
  id: string,
  at: number,
): Campaign {
  const { name = 'Campaign', variants, map = {}, recipientColumn, startAt, timeZone } = input;
  const { quiet, maxPerSecond, weight = DEFAULTS.weight, budget, stopAbove = {}, prices } = input;
  const { failed = DEFAULTS.failed, blocked = DEFAULTS.blocked } = stopAbove;
  return {
    ...{ id, name, channel, tenant, provider, map, weight, steps: [] },
    variants: variants.map(({ share = 1, ...variant }) => ({ ...variant, share })),
    timeZone: timeZone ?? 'UTC',
    stopAbove: { failed, blocked },
    lifeMs: (input.validHours ?? DEFAULTS.validHours) * HOUR_MS,
    ...present({ recipientColumn, startAt }),
    ...(quiet && { quiet }),
    ...(maxPerSecond && { maxPerSecond }),
    ...(budget && { budget: moneyOf(budget) }),
    ...(prices !== undefined && { prices: JSON.stringify(prices) }),
    ...{ state: 'draft', changes: [], createdAt: at, updatedAt: at },
  };
}

/** A member that is null goes; one that is not there stays. */
export function changedCampaign(before: Campaign, change: CampaignChange, at: number): Campaign {
  const { quiet, maxPerSecond, budget, startAt, ...rest } = before;
  const { name = before.name, weight = before.weight, timeZone = before.timeZone } = change;
  const next = {
    ...{ quiet, maxPerSecond, startAt },
    ...(change.quiet !== undefined && { quiet: change.quiet }),
    ...(change.maxPerSecond !== undefined && { maxPerSecond: change.maxPerSecond }),
    ...(change.startAt !== undefined && { startAt: change.startAt }),
  };
  const newBudget = change.budget === undefined ? budget : change.budget && moneyOf(change.budget);
  return {
    ...rest,
    ...{ name, weight, timeZone, updatedAt: at },
    stopAbove: { ...before.stopAbove, ...present({ ...change.stopAbove }) },
    ...(next.quiet && { quiet: next.quiet }),
    ...(next.maxPerSecond && { maxPerSecond: next.maxPerSecond }),
    ...(next.startAt && { startAt: next.startAt }),
    ...(newBudget && { budget: newBudget }),
  };
}

function moneyOf({ amount, currency }: { readonly amount: number; readonly currency: string }): Money {
  return { micros: Math.round(amount * MICROS), currency };
}

/** What does not go together, each a text that begins with the member. @param now in ms since 1970 */
export function campaignFaults(campaign: Campaign, now: number): readonly string[] {
  const { quiet, timeZone, startAt, budget, check, variants, provider } = campaign;
  const faults: string[] = [];
  if (provider !== 'meta') {
    faults.push('channel takes one of Meta: WasenderApi has no templates, so that nothing can be broadcast');
  }
  if (timeZone !== OF_RECIPIENT && !isTimeZone(timeZone)) {
    faults.push(`timeZone takes recipient or a name such as Europe/Madrid, not ${shown(timeZone)}`);
  }
  if (quiet !== undefined && minutesOf(quiet.from) === minutesOf(quiet.to)) {
    faults.push(`quiet takes two times of day, not ${quiet.from} to ${quiet.to}, which is the whole day`);
  }
  if (startAt !== undefined && faults.length === 0 && lastStart(startAt, timeZone) <= now) {
    faults.push(`startAt takes a time to come, not ${startAt}`);
  }
  if (budget !== undefined && check !== undefined && budget.currency !== check.cost.currency) {
    faults.push(`budget takes ${check.cost.currency}, in which the rates are, not ${budget.currency}`);
  }
  if (budget !== undefined && check !== undefined && budget.micros < check.dearestMicros) {
    const { currency } = budget;
    const [given, one] = [budget.micros, check.dearestMicros].map((micros) => micros / MICROS);
    faults.push(`budget takes at least what one message may cost, ${one} ${currency}, not ${given}`);
  }
  const names = variants.map(({ template, language }) => `${template} ${language}`);
  if (new Set(names).size < names.length) faults.push('variants takes each template once');
  return faults;
}

/** When it has begun everywhere on earth, as some number's clock is the last. */
function lastStart(startAt: string, timeZone: string): number {
  return instantOf(startAt, timeZone === OF_RECIPIENT ? 'Pacific/Pago_Pago' : timeZone);
}

const SHOWN_LENGTH = 80;

function shown(text: string): string {
  return JSON.stringify(text.slice(0, SHOWN_LENGTH));
}
