import { readFileSync } from 'node:fs';
import { isRecord } from '../../../lambda/shared/json/json-source.ts';
import { definedOf } from '../subscriber/filter-options.ts';
import { UsageError } from '../terminal/command.ts';
import { readDuration, readShare } from '../terminal/option-values.ts';

interface ChangeValues {
  readonly name?: string;
  readonly at?: string;
  readonly timezone?: string;
  readonly quiet?: string;
  readonly 'max-rate'?: string;
  readonly weight?: string;
  readonly budget?: string;
  readonly 'stop-failed'?: string;
  readonly 'stop-blocked'?: string;
}

interface CreateValues extends ChangeValues {
  readonly channel?: string;
  readonly template?: readonly string[];
  readonly language?: readonly string[];
  readonly share?: readonly string[];
  readonly step?: readonly string[];
  readonly recipients?: string;
  readonly triggered?: boolean;
  readonly 'recipient-column'?: string;
  readonly map?: readonly string[];
  readonly valid?: string;
  readonly prices?: string;
}

/** Takes a member away from a campaign. */
const NONE = 'none';

const HOUR_MS = 3_600_000;

/** Members of a new campaign. Throws `UsageError` where they cannot be told from what was typed. */
export function wishesIn(values: CreateValues): Record<string, unknown> {
  const { channel, recipients, valid, prices, map } = values;
  if (channel === undefined) throw new UsageError('create takes --channel ID');
  const isTriggered = values.triggered === true;
  if ((recipients === undefined) !== isTriggered) {
    throw new UsageError('create takes --recipients FILE, or --triggered without it');
  }
  // Nothing is there yet that could be taken away.
  const changes = Object.entries(changesIn(values)).filter(([, value]) => value !== null);
  return definedOf({
    channel,
    variants: variantsIn(values),
    steps: stepsIn(values),
    ...Object.fromEntries(changes),
    triggered: isTriggered || undefined,
    map: map === undefined ? undefined : mapIn(map),
    recipientColumn: values['recipient-column'],
    validHours: valid === undefined ? undefined : readDuration('--valid', valid) / HOUR_MS,
    prices: prices === undefined ? undefined : readPrices(prices),
  });
}

interface RecipientValues {
  readonly to?: string;
  readonly parameter?: readonly string[];
  readonly after?: string;
}

/** Who is put into a triggered campaign, likewise. */
export function recipientIn(
  key: string,
  { to, parameter, after }: RecipientValues,
): Record<string, unknown> {
  return definedOf({
    ...{ key, to },
    parameters: parameter === undefined ? undefined : parametersIn(parameter),
    // A time of its own each time would make another request of the same command.
    afterHours: after === undefined ? undefined : readDuration('--after', after) / HOUR_MS,
  });
}

/** Members to change, null where one is to go. */
export function changesIn(values: ChangeValues): Record<string, unknown> {
  const { name, at, timezone, quiet, weight, budget } = values;
  const rate = values['max-rate'];
  const stopAbove = definedOf({
    failed: shareIn('--stop-failed', values['stop-failed']),
    blocked: shareIn('--stop-blocked', values['stop-blocked']),
  });
  return definedOf({
    ...{ name, timeZone: timezone, startAt: at === NONE ? null : at },
    quiet: unlessNone(quiet, readQuiet),
    maxPerSecond: unlessNone(rate, (typed) => readNumber('--max-rate', typed)),
    weight: weight === undefined ? undefined : readNumber('--weight', weight),
    budget: unlessNone(budget, readBudget),
    stopAbove: Object.keys(stopAbove).length > 0 ? stopAbove : undefined,
  });
}

function variantsIn({
  template: names = [],
  language: languages = [],
  share: shares = [],
}: CreateValues) {
  if (names.length === 0) throw new UsageError('create takes --template NAME');
  if (languages.length !== 1 && languages.length !== names.length) {
    throw new UsageError(
      '--template takes --language CODE beside it: one for all, or one for each',
    );
  }
  if (shares.length > 0 && shares.length !== names.length) {
    throw new UsageError('--share is said once for each --template, or not at all');
  }
  return names.map((template, index) => {
    const share = shares[index];
    return definedOf({
      template,
      language: languages[index] ?? languages[0],
      share: share === undefined ? undefined : readNumber('--share', share.replace(/%$/, '')),
    });
  });
}

const STEP = /^([^:]+):(no-reply|read|not-read|delivered):(\S+)$/;

/** In the language of the first template. */
function stepsIn({ step: typed = [], language: [language] = [] }: CreateValues) {
  if (typed.length === 0) return undefined;
  return typed.map((one) => {
    const [, after, condition = '', template] = STEP.exec(one) ?? [];
    if (after === undefined) {
      throw new UsageError(
        `--step takes AFTER:CONDITION:TEMPLATE such as 2d:no-reply:reminder, not "${one}"`,
      );
    }
    const afterHours = readDuration('--step', after) / HOUR_MS;
    return { template, language, afterHours, condition: condition.replace('-', '_') };
  });
}

function mapIn(typed: readonly string[]): Record<string, string> {
  return pairsIn(typed, '--map takes PARAMETER=COLUMN such as 1=first_name');
}

function parametersIn(typed: readonly string[]): Record<string, string> {
  return pairsIn(typed, '--parameter takes NAME=VALUE such as 1=Ana');
}

function pairsIn(typed: readonly string[], needs: string): Record<string, string> {
  const pairs = new Map<string, string>();
  for (const one of typed) {
    const at = one.indexOf('=');
    if (at <= 0 || at === one.length - 1) throw new UsageError(`${needs}, not "${one}"`);
    const name = one.slice(0, at);
    if (pairs.has(name)) throw new UsageError(`${needs}, and ${name} once, not twice`);
    pairs.set(name, one.slice(at + 1));
  }
  return Object.fromEntries(pairs);
}

function readQuiet(typed: string): object {
  const [, from, to] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(typed) ?? [];
  if (from !== undefined) return { from, to };
  throw new UsageError(`--quiet takes two times of day such as 21:00-08:00, not "${typed}"`);
}

function readBudget(typed: string): object {
  const [, amount, currency] = /^(\d+(?:\.\d+)?) ?([A-Za-z]{3})$/.exec(typed) ?? [];
  if (currency !== undefined) return { amount: Number(amount), currency: currency.toUpperCase() };
  throw new UsageError(`--budget takes an amount and its currency such as 200EUR, not "${typed}"`);
}

function readNumber(option: string, typed: string): number {
  if (/^\d+(\.\d+)?$/.test(typed)) return Number(typed);
  throw new UsageError(`${option} takes a number such as 50, not "${typed}"`);
}

function shareIn(option: string, typed: string | undefined): number | undefined {
  return typed === undefined ? undefined : readShare(option, typed);
}

function unlessNone<T>(
  typed: string | undefined,
  read: (typed: string) => T,
): T | null | undefined {
  if (typed === undefined) return undefined;
  return typed === NONE ? null : read(typed);
}

function readPrices(file: string): object {
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isRecord(json)) return json;
  } catch {
    // Told below, whatever is wrong with it.
  }
  throw new UsageError(`--prices: ${file} has no JSON object`);
}
