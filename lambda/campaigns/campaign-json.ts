import {
  type Check,
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
import { keptJson } from '../shared/json/kept-json.ts';
import { CAMPAIGN_STATES, type Campaign, STEP_CONDITIONS } from './campaign.ts';

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
  isTriggered: isOptional(isFlag),
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

const kept = keptJson<Campaign>({ what: 'campaign', version: 1 }, CAMPAIGN);

/** A campaign as its row keeps it. */
export const writeCampaign = kept.write;

/** Throws on what `writeCampaign` did not write, naming the members at fault. */
export const readCampaign = kept.read;
