import {
  type Check,
  failedChecks,
  isFlag,
  isListOf,
  isObjectOf,
  isOneOf,
  isOptional,
  isPositive,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { isRecord } from '../shared/json/json-source.ts';
import { readVersioned, writeVersioned } from '../shared/json/versioned.ts';
import { CAMPAIGN_STATES, type Campaign, STEP_CONDITIONS } from './campaign.ts';

const KEPT = { what: 'campaign', version: 1 };

/** A campaign as its row keeps it. */
export function writeCampaign(campaign: Campaign): string {
  return writeVersioned(KEPT, campaign);
}

/** Reads what `writeCampaign` wrote. Throws on anything else, naming the members at fault. */
export function readCampaign(text: string): Campaign {
  const campaign = readVersioned(KEPT, text);
  if (isCampaign(campaign)) return campaign;
  throw new Error(`no campaign, by ${failedChecks(campaign, CAMPAIGN).join(', ')}`);
}

const isShare: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
const isMap: Check = (value) => isRecord(value) && Object.values(value).every(isText);
const isMoney = isObjectOf({ micros: isWhole, currency: isText });
const isState = isOneOf(...CAMPAIGN_STATES);
const isVariant = isObjectOf({ template: isText, language: isText, share: isPositive });
const isStep = isObjectOf({
  template: isText,
  language: isText,
  delayMs: isWhole,
  condition: isOneOf(...STEP_CONDITIONS),
});
const isCheck = isObjectOf({
  id: isText,
  at: isWhole,
  etag: isText,
  category: isOneOf('marketing', 'utility', 'authentication'),
  tracks: isPositive,
  recipients: isWhole,
  refused: isWhole,
  cost: isMoney,
  dearestMicros: isWhole,
});
const isRetry = isObjectOf({
  number: isPositive,
  name: isText,
  withUncertain: isFlag,
  at: isWhole,
  by: isText,
  found: isOptional(isObjectOf({ now: isWhole, later: isWhole })),
  because: isOptional(isText),
});
const isChange = isObjectOf({
  at: isWhole,
  state: isState,
  by: isText,
  because: isOptional(isText),
});

const CAMPAIGN = {
  id: isText,
  name: isText,
  channel: isText,
  tenant: isText,
  provider: isOneOf('meta', 'wasender'),
  variants: isListOf(isVariant),
  steps: isListOf(isStep),
  map: isMap,
  recipientColumn: isOptional(isText),
  startAt: isOptional(isText),
  timeZone: isText,
  quiet: isOptional(isObjectOf({ from: isText, to: isText })),
  maxPerSecond: isOptional(isPositive),
  weight: isPositive,
  budget: isOptional(isMoney),
  stopAbove: isObjectOf({ failed: isShare, blocked: isShare }),
  lifeMs: isPositive,
  prices: isOptional(isText),
  check: isOptional(isCheck),
  checking: isOptional(isText),
  state: isState,
  because: isOptional(isText),
  stepsBegun: isOptional(isWhole),
  stepWait: isOptional(isObjectOf({ until: isWhole, minutes: isPositive })),
  retry: isOptional(isRetry),
  forgotAt: isOptional(isWhole),
  changes: isListOf(isChange),
  portfolioLimit: isOptional(isPositive),
  createdAt: isWhole,
  updatedAt: isWhole,
} satisfies Record<keyof Campaign, Check>;

function isCampaign(value: object): value is Campaign {
  return failedChecks(value, CAMPAIGN).length === 0;
}
