import { type Answered, refusal } from '../../answers/json-answer.ts';
import type { Campaign, CampaignCheck } from '../../campaigns/campaign.ts';
import { pricesOf, readPrices } from '../../campaigns/costs/prices.ts';
import type { PartLine } from '../../campaigns/part.ts';
import { nameSet } from '../../campaigns/recipients/number-set.ts';
import {
  type Refusal,
  type RefusalReason,
  refusalWords,
} from '../../campaigns/recipients/refusal.ts';
import { checkRow, readRow } from '../../campaigns/recipients/row-check.ts';
import { mappingOf, rulesOf, type Terms } from '../../campaigns/recipients/rules.ts';
import { missingIn, parametersOf } from '../../campaigns/templates/rendering.ts';
import { type OptOutDeps, readOptOut } from '../messages/window.ts';
import { wrongState } from './edit-campaign.ts';
import type { ManageDeps } from './manage.ts';
import type { RecipientInput } from './schemas.ts';

export interface JudgeDeps extends Pick<ManageDeps, 'now' | 'readReport'> {
  /** What tells of somebody's opt-outs. */
  readonly accepting: OptOutDeps;
}

/** A row of somebody is kept for longer, whatever the retention of its channel. */
const LONGEST_WAIT_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;

/** Whom a triggered campaign takes, or what is answered instead. */
export type Judged =
  | { readonly ok: true; readonly line: PartLine; readonly dueAt: number; readonly key: string }
  | { readonly ok: false; readonly answer: Answered };

/** By the rules that check a file, and the templates as they were when the campaign was checked. */
export async function judgeRecipient(
  campaign: Campaign,
  { key, at, afterHours, ...said }: RecipientInput,
  deps: JudgeDeps,
  signal: AbortSignal,
): Promise<Judged> {
  const refused = (answer: Answered): Judged => ({ ok: false, answer });
  const { check } = campaign;
  if (campaign.state !== 'running' || check === undefined) {
    return refused(wrongState(campaign, 'take anybody'));
  }
  if (at !== undefined && afterHours !== undefined) {
    return refused(refusal('invalid_parameter', 'at and afterHours both say when: take one'));
  }
  const now = deps.now();
  const wanted = at === undefined ? now + (afterHours ?? 0) * HOUR_MS : Date.parse(at);
  const dueAt = Math.max(now, Math.round(wanted));
  if (dueAt > now + LONGEST_WAIT_MS) {
    return refused(refusal('invalid_parameter', `at takes a time within seven days, not ${at}`));
  }
  const terms = await termsOf(campaign, check, deps, signal);
  if (terms === undefined) {
    return refused(
      refusal('conflict', `campaign ${campaign.id} has lost its templates: make another one`),
    );
  }
  const read = lineOf(campaign, terms, said);
  if (!read.ok) return read;
  const optedOut = await refusalOfOptOut(campaign, read.line, deps, signal);
  return optedOut === undefined ? { ok: true, line: read.line, dueAt, key } : refused(optedOut);
}

async function refusalOfOptOut(
  { channel, tenant, check }: Campaign,
  { to: { name } }: PartLine,
  { accepting }: JudgeDeps,
  signal: AbortSignal,
): Promise<Answered | undefined> {
  if (check?.category !== 'marketing') return undefined;
  const at = await readOptOut({ channel, tenant, name }, accepting, signal);
  if (at === undefined) return undefined;
  return refusal('opted_out', `to: this contact gets no more marketing, by their choice of ${at}`);
}

async function termsOf(
  { id, variants, prices }: Campaign,
  { at, category }: CampaignCheck,
  { readReport }: JudgeDeps,
  signal: AbortSignal,
): Promise<Terms | undefined> {
  const { whole } = (await readReport(id, signal)) ?? {};
  if (whole === undefined) return undefined;
  const given = prices === undefined ? undefined : readPrices(prices);
  return {
    variants: whole.slice(0, variants.length),
    steps: whole.slice(variants.length),
    ...{ category, prices: given?.ok ? given.prices : pricesOf(category, at) },
  };
}

type ReadLine =
  | { readonly ok: true; readonly line: PartLine }
  | { readonly ok: false; readonly answer: Answered };

/** Of one row that has the parameters for cells. Opt-outs are read when all else is right. */
function lineOf(
  campaign: Campaign,
  terms: Terms,
  { to, parameters = {} }: Pick<RecipientInput, 'to' | 'parameters'>,
): ReadLine {
  const refused = (answer: Answered): ReadLine => ({ ok: false, answer });
  const templates = [...terms.variants, ...terms.steps];
  const given = new Map(Object.entries(parameters));
  const mapping = mappingOf([...given.keys()]);
  const known = parametersOf(templates);
  const odd = [...given.keys()].filter((name) => !known.includes(name));
  const missing = [...new Set(templates.flatMap((one) => missingIn(one, mapping)))];
  if (odd.length > 0 || missing.length > 0) {
    return refused(refusal('invalid_parameter', parametersFault(odd, missing, known)));
  }
  const nobody = nameSet(0);
  const judged = rulesOf({ ...campaign, ...mapping }, terms, mapping.columns, nobody);
  if ('faults' in judged) {
    return refused(refusal('not_possible', judged.faults.map(({ text }) => text).join('; ')));
  }
  const row = { row: 0, cells: [to, ...given.values()] };
  const checked = checkRow(readRow(row, judged.rules), [], nobody, judged.rules);
  return checked.ok ? checked : refused(refusalOf(checked.refusal));
}

const SHOWN_LENGTH = 80;
const MOST_SHOWN = 10;

function parametersFault(
  odd: readonly string[],
  missing: readonly string[],
  known: readonly string[],
): string {
  const names = known.join(', ') || 'none';
  return [
    ...odd
      .slice(0, MOST_SHOWN)
      .map(
        (name) =>
          `parameters.${name.slice(0, SHOWN_LENGTH)}: no template has it; they have: ${names}`,
      ),
    ...(odd.length > MOST_SHOWN ? [`and ${odd.length - MOST_SHOWN} more of them`] : []),
    ...missing.map((name) => `parameters.${name} is missing`),
  ].join('; ');
}

const CODES: Readonly<Partial<Record<RefusalReason, Parameters<typeof refusal>[0]>>> = {
  us_marketing: 'country',
  needs_number: 'not_possible',
};

function refusalOf({ reason, column }: Refusal): Answered {
  return refusal(CODES[reason] ?? 'invalid_parameter', `${column}: ${refusalWords(reason)}`);
}
