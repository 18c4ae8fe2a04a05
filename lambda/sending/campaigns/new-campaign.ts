import type { Campaign, Money } from '../../campaigns/campaign.ts';
import { isTimeZone, minutesOf, zoneClocks } from '../../campaigns/opening.ts';
import type { Channel } from '../../channels/channel.ts';
import { present } from '../../shared/json/fields.ts';
import type { CampaignChange, CampaignInput } from './schemas.ts';

/** In place of the name of a time zone: that of each recipient's number. */
const OF_RECIPIENT = 'recipient';
const HOUR_MS = 3_600_000;
const DEFAULTS = { validHours: 24, weight: 1, failed: 0.3, blocked: 0.1 };
const MICROS = 1_000_000;

export function newCampaign(
  input: CampaignInput,
  { id: channel, tenant, provider }: Channel,
  id: string,
  at: number,
): Campaign {
  const { name = 'Campaign', variants, steps = [], map = {} } = input;
  const { recipientColumn, startAt, timeZone } = input;
  const { quiet, maxPerSecond, weight = DEFAULTS.weight, budget, stopAbove = {}, prices } = input;
  const { failed = DEFAULTS.failed, blocked = DEFAULTS.blocked } = stopAbove;
  return {
    ...{ id, name, channel, tenant, provider, map, weight },
    steps: steps.map(({ afterHours, condition = 'no_reply', ...step }) => ({
      ...step,
      delayMs: Math.round(afterHours * HOUR_MS),
      condition,
    })),
    variants: variants.map(({ share = 1, ...variant }) => ({ ...variant, share })),
    timeZone: timeZone ?? 'UTC',
    stopAbove: { failed, blocked },
    lifeMs: Math.max(1, Math.round((input.validHours ?? DEFAULTS.validHours) * HOUR_MS)),
    ...present({ recipientColumn, startAt }),
    ...(input.triggered === true && { isTriggered: true }),
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

function moneyOf({
  amount,
  currency,
}: {
  readonly amount: number;
  readonly currency: string;
}): Money {
  return { micros: Math.round(amount * MICROS), currency };
}

/** What does not go together, each a text that begins with the member. @param now in ms since 1970 */
export function campaignFaults(campaign: Campaign, now: number): readonly string[] {
  const { provider, variants } = campaign;
  const names = variants.map(({ template, language }) => `${template} ${language}`);
  return [
    ...(provider === 'meta'
      ? []
      : [
          'channel takes one of Meta: WasenderApi has no templates, so that nothing can be broadcast',
        ]),
    ...(new Set(names).size === names.length ? [] : ['variants takes each template once']),
    ...triggerFaults(campaign),
    ...timeFaults(campaign, now),
    ...budgetFaults(campaign),
    ...(sizeOf(campaign) <= MOST_BYTES
      ? []
      : [`map and prices take ${MOST_BYTES} bytes of JSON together`]),
  ];
}

/** Of what is of a file. */
function triggerFaults({ isTriggered, map, recipientColumn, startAt }: Campaign) {
  if (isTriggered !== true) return [];
  return [
    ...(Object.keys(map).length === 0
      ? []
      : [
          'map names columns of a file, which a triggered campaign has not: each recipient comes with parameters',
        ]),
    ...(recipientColumn === undefined
      ? []
      : ['recipientColumn names a column of a file, which a triggered campaign has not']),
    ...(startAt === undefined
      ? []
      : ['startAt is of a campaign with a file: a triggered one starts when somebody starts it']),
  ];
}

/** Lanes read it once a second. */
const MOST_BYTES = 32_768;

function sizeOf({ map, prices = '' }: Campaign): number {
  return Buffer.byteLength(JSON.stringify(map) + prices);
}

function timeFaults({ quiet, timeZone, startAt }: Campaign, now: number): readonly string[] {
  if (timeZone !== OF_RECIPIENT && !isTimeZone(timeZone)) {
    return [`timeZone takes recipient or a name such as Europe/Madrid, not ${shown(timeZone)}`];
  }
  const faults: string[] = [];
  if (quiet !== undefined && minutesOf(quiet.from) === minutesOf(quiet.to)) {
    faults.push(
      `quiet takes two times of day, not ${quiet.from} to ${quiet.to}, which is the whole day`,
    );
  }
  if (startAt !== undefined && !isDay(startAt)) {
    return [...faults, `startAt takes a day that there is, not ${startAt}`];
  }
  if (startAt !== undefined && lastStart(startAt, timeZone) <= now) {
    faults.push(`startAt takes a time to come, not ${startAt}`);
  }
  return faults;
}

const DAY_MS = 86_400_000;
/** The files of its recipients are kept for longer. */
const MOST_STEPS_DAYS = 20;
/** For all that a step takes beside its delay. */
const SPARE_DAYS = 3;

/**
 * Why the steps of a campaign cannot be, likewise: whom a step goes to is told by the rows of those before.
 *
 * @param keptMs for how long rows of its channel are kept
 */
export function stepFaults({ steps }: Campaign, keptMs: number): readonly string[] {
  const days = steps.reduce((sum, { delayMs }) => sum + delayMs, 0) / DAY_MS;
  const most = Math.min(MOST_STEPS_DAYS, Math.floor(keptMs / DAY_MS) - SPARE_DAYS);
  if (days <= most) return [];
  return [
    `steps takes ${most} days together, as long as it is known who got them, not ${Math.ceil(days)}`,
  ];
}

/** The 30th of February is read as a day of March. */
function isDay(localTime: string): boolean {
  return new Date(`${localTime}Z`).toISOString().startsWith(localTime);
}

function budgetFaults({ budget, check }: Campaign): readonly string[] {
  if (budget === undefined || check === undefined) return [];
  const { currency } = check.cost;
  if (budget.currency !== currency) {
    return [`budget takes ${currency}, in which the rates are, not ${budget.currency}`];
  }
  if (budget.micros >= check.dearestMicros) return [];
  const [given, one] = [budget.micros, check.dearestMicros].map((micros) => micros / MICROS);
  return [`budget takes at least what one message may cost, ${one} ${currency}, not ${given}`];
}

/** When it has begun everywhere on earth, as some number's clock is the last. */
function lastStart(startAt: string, timeZone: string): number {
  const zone = timeZone === OF_RECIPIENT ? 'Pacific/Pago_Pago' : timeZone;
  return zoneClocks().instantOf(startAt, zone);
}

const SHOWN_LENGTH = 80;

function shown(text: string): string {
  return JSON.stringify(text.slice(0, SHOWN_LENGTH));
}
