import * as z from 'zod/mini';
import { schemas } from '../../answers/schemas.ts';
import { CAMPAIGN_STATES, STEP_CONDITIONS } from '../../campaigns/campaign.ts';
import { TRIGGERED_ENDS } from '../../campaigns/triggered.ts';
import type { OutgoingState } from '../../table/outgoing-message.ts';

const time = z.iso.datetime({ precision: 3 });
const text = (maximum: number) => z.string().check(z.minLength(1), z.maxLength(maximum));
const timeOfDay = z
  .string()
  .check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 21:00'));
const localTime = z
  .string()
  .check(
    z.regex(
      /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/,
      'a time such as 2026-12-01T09:00',
    ),
  );
const template = text(512);
const language = z
  .string()
  .check(z.regex(/^[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8})*$/, 'a language such as es_MX'));

const variant = z.strictObject({
  template,
  language,
  share: z.optional(z.number().check(z.positive(), z.maximum(1000))),
});

const step = z.strictObject({
  template,
  language,
  afterHours: z.number().check(z.minimum(0.01), z.maximum(336)),
  condition: z.optional(z.enum(STEP_CONDITIONS)),
});

const quiet = z.strictObject({ from: timeOfDay, to: timeOfDay });
const maxPerSecond = z.number().check(z.positive(), z.maximum(1000));
const weight = z.number().check(z.minimum(0.01), z.maximum(100));
const budget = z.strictObject({
  amount: z.number().check(z.positive(), z.maximum(100_000_000)),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/, 'a currency such as USD')),
});
const share = z.number().check(z.minimum(0), z.maximum(1));
const stopAbove = z.strictObject({ failed: z.optional(share), blocked: z.optional(share) });

/** What may be changed while it runs. */
const changeable = {
  name: z.optional(text(200)),
  quiet: z.optional(z.nullable(quiet)),
  maxPerSecond: z.optional(z.nullable(maxPerSecond)),
  weight: z.optional(weight),
  budget: z.optional(z.nullable(budget)),
  stopAbove: z.optional(stopAbove),
};

export const campaignInput = z.strictObject({
  ...changeable,
  channel: z.string(),
  variants: z.array(variant).check(z.minLength(1), z.maxLength(4)),
  steps: z.optional(z.array(step).check(z.maxLength(10))),
  triggered: z.optional(z.boolean()),
  map: z.optional(z.record(text(100), text(200))),
  recipientColumn: z.optional(text(200)),
  startAt: z.optional(localTime),
  timeZone: z.optional(text(64)),
  validHours: z.optional(z.number().check(z.positive(), z.maximum(144))),
  prices: z.optional(z.looseObject({})),
});
schemas.add(campaignInput, {
  id: 'CampaignInput',
  description:
    'A broadcast of up to four templates, of which each person gets one by `share`. `steps`: what follows, each so many hours (`afterHours`) after the step before went out to the last of a time zone, to whom its `condition` holds then (`no_reply`): nobody who replied or opted out gets any more. `triggered`: it has no file: software puts people into it one by one, each of whom gets the steps by their own times, until somebody cancels it. `map`: by a parameter of the template (`1`, a name, `header`, `button.0`) the column of the recipients’ file. `recipientColumn`: the column of phone numbers or BSUIDs. `startAt` and `quiet` are times of day of `timeZone`: an IANA name, or `recipient` for that of each number’s country. `validHours`: for how long a message that was given its turn may be tried (24). `stopAbove`: it pauses by itself where more than these shares of the last 500 outcomes are failed (0.3) or blocked (0.1). `prices`: rates in place of the dated card.',
});

export const campaignChange = z.strictObject({
  ...changeable,
  startAt: z.optional(z.nullable(localTime)),
  timeZone: z.optional(text(64)),
});
schemas.add(campaignChange, {
  id: 'CampaignChange',
  description:
    'The members to change, also while it runs: they hold from the next second on. `startAt` and `timeZone` only before it was started.',
});

export const becauseInput = z.strictObject({ because: z.optional(text(500)) });
schemas.add(becauseInput, {
  id: 'CampaignBecause',
  description: 'Why, for the record of the campaign.',
});

export const retryInput = z.strictObject({ uncertain: z.optional(z.boolean()) });
schemas.add(retryInput, {
  id: 'CampaignRetryInput',
  description:
    '`uncertain`: offers it also to those of whom nobody knows whether they got it, who may get it twice.',
});

export const testInput = z.strictObject({ to: text(64) });
schemas.add(testInput, {
  id: 'CampaignTest',
  description: 'A number of your own, which gets what the first recipient would.',
});

const KEY = z.string().check(
  z.regex(
    // What a URL takes for a folder is no name in it.
    /^(?!\.\.?$)[\x21-\x7e]{1,255}$/,
    '1 to 255 characters of ASCII without spaces, other than . and ..',
  ),
);

export const recipientInput = z.strictObject({
  key: KEY,
  to: text(200),
  parameters: z.optional(z.record(text(100), z.string().check(z.maxLength(4096)))),
  at: z.optional(z.iso.datetime({ offset: true, error: 'a time such as 2026-12-01T09:00:00Z' })),
  afterHours: z.optional(z.number().check(z.minimum(0), z.maximum(168))),
});
schemas.add(recipientInput, {
  id: 'CampaignRecipientInput',
  description:
    'Somebody to put into a triggered campaign. `key`: your own name of it, such as that of a cart: the same for the same, however often it is sent. `to`: a phone number with its country code, or a BSUID. `parameters`: what fills the templates, by the names that its report lists as `columns`. `at`: when the first message goes out, within seven days; or `afterHours`: how long after the first request of that key, which may then be sent again as it is.',
});

export const recipientAnswer = z.strictObject({
  key: z.string(),
  to: z.string(),
  state: z.enum(['waiting', 'ended']),
  because: z.nullable(z.enum(TRIGGERED_ENDS)),
  step: z.int(),
  dueAt: z.nullable(time),
  messages: z.array(z.string()),
  createdAt: time,
});
schemas.add(recipientAnswer, {
  id: 'CampaignRecipient',
  description:
    'Somebody who was put into a triggered campaign. `step`: which message they wait for, 0 for the first, and since when it is due (`dueAt`); of who waits no more, which they would have got, and `because` of what not. `messages`: ids of those whose turn has come.',
});

export const uploadForm = z.strictObject({
  url: z.string(),
  fields: z.record(z.string(), z.string()),
  maxBytes: z.int(),
  expiresAt: time,
});
schemas.add(uploadForm, {
  id: 'CampaignUpload',
  description:
    'Where the recipients’ file goes: post it as the field `file` of a form, after all `fields`. CSV or NDJSON, or either by gzip.',
});

const money = z.strictObject({ amount: z.number(), currency: z.string() });
const counts = z.record(z.string(), z.int());

const states = z.strictObject({
  ...{ queued: z.int(), sending: z.int(), sent: z.int(), held: z.int(), delivered: z.int() },
  ...{ read: z.int(), failed: z.int(), uncertain: z.int(), cancelled: z.int() },
  expired: z.int(),
} satisfies Record<OutgoingState, unknown>);

const figures = z.strictObject({
  recipients: z.int(),
  waiting: z.int(),
  passed: counts,
  states,
  reached: z.strictObject({ sent: z.int(), delivered: z.int(), read: z.int() }),
  replied: z.int(),
  failures: z.array(z.strictObject({ class: z.string(), code: z.string(), messages: z.int() })),
  byVariant: z.array(
    z.strictObject({
      variant: z.int(),
      step: z.int(),
      states,
      replied: z.int(),
    }),
  ),
  cost: z.array(z.strictObject({ country: z.string(), category: z.string(), amount: z.number() })),
  spent: money,
  pending: money,
  retriable: z.strictObject({ now: z.int(), later: z.int(), uncertain: z.int() }),
  again: z.strictObject({ recipients: z.int(), waiting: z.int() }),
  steps: z.array(
    z.strictObject({ step: z.int(), recipients: z.int(), waiting: z.int(), passed: counts }),
  ),
});

export const campaignAnswer = z.strictObject({
  id: z.string(),
  name: z.string(),
  channel: z.string(),
  tenant: z.string(),
  state: z.enum(CAMPAIGN_STATES),
  because: z.nullable(z.string()),
  variants: z.array(
    z.strictObject({ template: z.string(), language: z.string(), share: z.number() }),
  ),
  steps: z.array(
    z.strictObject({
      ...{ template: z.string(), language: z.string(), afterHours: z.number() },
      condition: z.enum(STEP_CONDITIONS),
    }),
  ),
  stepsBegun: z.int(),
  triggered: z.boolean(),
  map: z.record(z.string(), z.string()),
  recipientColumn: z.nullable(z.string()),
  startAt: z.nullable(z.string()),
  timeZone: z.string(),
  quiet: z.nullable(quiet),
  maxPerSecond: z.nullable(z.number()),
  weight: z.number(),
  budget: z.nullable(money),
  stopAbove: z.strictObject({ failed: z.number(), blocked: z.number() }),
  portfolioLimit: z.nullable(z.int()),
  check: z.nullable(
    z.strictObject({
      at: time,
      category: z.enum(['marketing', 'utility', 'authentication']),
      recipients: z.int(),
      refused: z.int(),
      cost: money,
    }),
  ),
  retry: z.nullable(
    z.strictObject({
      number: z.int(),
      uncertain: z.boolean(),
      at: time,
      by: z.string(),
      found: z.nullable(z.strictObject({ now: z.int(), later: z.int() })),
      because: z.nullable(z.string()),
    }),
  ),
  changes: z.array(
    z.strictObject({
      at: time,
      state: z.enum(CAMPAIGN_STATES),
      by: z.string(),
      because: z.nullable(z.string()),
    }),
  ),
  createdAt: time,
  updatedAt: time,
});
schemas.add(campaignAnswer, {
  id: 'Campaign',
  description:
    'A broadcast. `changes`: who brought it into which state, when and why. `retry`: the last time that failures were offered again: how many were `found`, null while they are looked for, and `because` of what none is.',
});

export const campaignsAnswer = z.strictObject({
  campaigns: z.array(campaignAnswer),
  unreadable: z.array(z.string()),
});
schemas.add(campaignsAnswer, {
  id: 'Campaigns',
  description:
    'The newest first. `unreadable`: ids of those that another release wrote and this one cannot read.',
});

export const campaignCreated = z.strictObject({
  campaign: campaignAnswer,
  upload: z.nullable(uploadForm),
});
schemas.add(campaignCreated, {
  id: 'CampaignCreated',
  description: 'The campaign, and where its recipients go; null where it is a triggered one.',
});

const report = z.strictObject({
  at: time,
  faults: z.array(
    z.strictObject({ text: z.string(), row: z.nullable(z.int()), column: z.nullable(z.string()) }),
  ),
  warnings: z.array(z.string()),
  columns: z.array(z.string()),
  recipients: z.int(),
  refused: counts,
  cost: money,
  costOfAllSteps: money,
  costs: z.array(
    z.strictObject({
      country: z.string(),
      category: z.string(),
      recipients: z.int(),
      amount: z.number(),
    }),
  ),
  rates: z.string(),
  seconds: z.int(),
  days: z.nullable(z.int()),
  zones: z.array(
    z.strictObject({ zone: z.string(), timeZones: z.array(z.string()), recipients: z.int() }),
  ),
});

export const campaignShown = z.strictObject({
  campaign: campaignAnswer,
  figures: z.nullable(figures),
  report: z.nullable(report),
  refusals: z.nullable(z.string()),
});
schemas.add(campaignShown, {
  id: 'CampaignShown',
  description:
    'A campaign with its figures, which are exact within seconds, and what its last check found. `figures.retriable`: failures that could be offered again, now, a day after they failed (`later`), and who may have got it (`uncertain`). `figures.again`: to whom the last retry offers it again. `figures.steps`: of each step that has begun, to whom it may go, and who was left out, by the reason. `report.faults`: why nothing can be sent, row and column of the file where they are known. `report.refused`: rows that get nothing, by the reason. `report.rates`: since when the rates are valid, or `prices`. `report.seconds`: how long it takes at the pace of the channel; `report.days`: by the limit of the portfolio. `refusals`: a link to the list of refused rows, for an hour.',
});

export const exportInput = z.strictObject({ format: z.optional(z.enum(['csv', 'ndjson'])) });
schemas.add(exportInput, {
  id: 'CampaignExportInput',
  description: '`csv`, or `ndjson`: an object of JSON a line.',
});

export const exportAnswer = z.strictObject({
  id: z.string(),
  format: z.enum(['csv', 'ndjson']),
  url: z.nullable(z.string()),
});
schemas.add(exportAnswer, {
  id: 'CampaignExport',
  description:
    'What became of every recipient: state, times, error and price of each message. `url`: where it is, for an hour; null until it is there.',
});

export type RecipientInput = z.infer<typeof recipientInput>;
export type RecipientAnswer = z.infer<typeof recipientAnswer>;
export type ExportAnswer = z.infer<typeof exportAnswer>;
export type CampaignInput = z.infer<typeof campaignInput>;
export type CampaignChange = z.infer<typeof campaignChange>;
export type CampaignAnswer = z.infer<typeof campaignAnswer>;
export type CampaignsAnswer = z.infer<typeof campaignsAnswer>;
export type CampaignShown = z.infer<typeof campaignShown>;
export type UploadForm = z.infer<typeof uploadForm>;
