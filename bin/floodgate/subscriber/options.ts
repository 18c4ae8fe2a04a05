import type {
  SubscriberChange,
  SubscriberInput,
} from '../../../lambda/delivery/subscribers/schemas.ts';
import type { ApiChoice } from '../stack/api-client.ts';
import { UsageError } from '../terminal/command.ts';
import {
  actionsOf,
  checkArguments,
  parseCommandLine,
  readAction,
  refuseOthers,
  TEXT,
  TYPED_FLAG,
} from '../terminal/command-line.ts';
import { readWhole } from '../terminal/option-values.ts';
import { definedOf, FILTER_OPTIONS, readFilter } from './filter-options.ts';

const optionTypes = {
  api: TEXT,
  stack: TEXT,
  name: TEXT,
  url: TEXT,
  queue: TEXT,
  tenant: TEXT,
  format: TEXT,
  ...FILTER_OPTIONS,
  parallel: TYPED_FLAG,
  ordered: TYPED_FLAG,
  rate: TEXT,
  concurrency: TEXT,
  'retry-hours': TEXT,
  'refusal-is-final': TYPED_FLAG,
  'refusal-is-retried': TYPED_FLAG,
  paused: TYPED_FLAG,
  yes: TYPED_FLAG,
  json: TYPED_FLAG,
} as const;

type OptionName = keyof typeof optionTypes;

/** For each action the options that it takes beside those of all. */
const WISHES: readonly OptionName[] = [
  ...(['name', 'url', 'queue', 'tenant', 'format', 'channel', 'kind', 'type', 'status'] as const),
  ...(['direction', 'chat', 'no-media-events', 'everything'] as const),
  ...(['parallel', 'ordered', 'rate', 'concurrency', 'retry-hours'] as const),
  ...(['refusal-is-final', 'refusal-is-retried'] as const),
];
const ACTIONS = {
  add: [...WISHES, 'paused'],
  list: [],
  show: [],
  update: WISHES,
  test: [],
  pause: [],
  resume: [],
  secret: [],
  rotate: [],
  remove: ['yes'],
} as const satisfies Record<string, readonly OptionName[]>;

export type Action = keyof typeof ACTIONS;

export interface SubscriberOptions {
  readonly action: Action;
  readonly choice: ApiChoice;
  /** Id or name; empty for `add` and `list`. */
  readonly who: string;
  readonly wishes: Wishes;
  readonly isJson: boolean;
}

/** What was typed of a subscriber, which the stack reads and checks. */
type Wishes = Partial<Record<keyof SubscriberInput | keyof SubscriberChange, unknown>>;

type Values = ReturnType<typeof readValues>['values'];

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readSubscriberOptions(args: readonly string[]): SubscriberOptions {
  const { values, positionals } = readValues(args);
  const [action, who] = readWords(positionals);
  refuseOthers(action, values, ['api', 'stack', 'json', ...ACTIONS[action]]);
  if (action === 'add') checkAdd(values);
  if (action === 'remove' && values.yes !== true) {
    throw new UsageError('remove drops what waits for the subscriber too: say --yes');
  }
  const wishes = readWishes(values);
  if (action === 'update' && Object.keys(wishes).length === 0) {
    throw new UsageError('update takes what to change, such as --url or --kind');
  }
  const choice = { api: values.api, stack: values.stack };
  return { action, choice, who, wishes, isJson: values.json === true };
}

function readValues(args: readonly string[]) {
  return parseCommandLine(args, { options: optionTypes, allowPositionals: true });
}

function readWords(positionals: readonly string[]): [Action, string] {
  const [action, rest] = readAction('subscriber', actionsOf(ACTIONS), positionals);
  const expected = action === 'add' || action === 'list' ? 0 : 1;
  checkArguments(rest, expected, `${action} takes the id or name of a subscriber`);
  const [who = ''] = rest;
  return [action, who];
}

function checkAdd({ name, url, queue }: Values): void {
  if (name === undefined) throw new UsageError('add takes --name TEXT, by which to know it');
  if (url === undefined && queue === undefined) {
    throw new UsageError('add takes --url URL or --queue URL, where events go');
  }
}

function readWishes(values: Values): Wishes {
  const { name, tenant, format, url, queue } = values;
  if (url !== undefined && queue !== undefined) {
    throw new UsageError('--url and --queue exclude each other');
  }
  if (values.ordered === true && values.parallel === true) {
    throw new UsageError('--ordered and --parallel exclude each other');
  }
  if (values['refusal-is-final'] === true && values['refusal-is-retried'] === true) {
    throw new UsageError('--refusal-is-final and --refusal-is-retried exclude each other');
  }
  const filter = readFilter(values);
  const isOrdered = values.ordered ?? (values.parallel === true ? false : undefined);
  return definedOf({
    ...{ name, tenant, format, filter, isOrdered, isPaused: values.paused },
    endpoint: readEndpoint(url, queue),
    ratePerSecond: readLimit('--rate', values.rate, 1),
    concurrency: readLimit('--concurrency', values.concurrency, LEAST_CONCURRENCY),
    retryHours: readHours(values['retry-hours']),
    refusalIsFinal:
      values['refusal-is-final'] ?? (values['refusal-is-retried'] === true ? false : undefined),
  });
}

function readEndpoint(url: string | undefined, queueUrl: string | undefined): object | undefined {
  if (url !== undefined) return { kind: 'https', url };
  return queueUrl === undefined ? undefined : { kind: 'sqs', queueUrl };
}

/** The least that Lambda takes. */
const LEAST_CONCURRENCY = 2;

function readLimit(
  option: string,
  typed: string | undefined,
  least: number,
): number | null | undefined {
  if (typed === 'none') return null;
  return typed === undefined ? undefined : readWhole(option, typed, least);
}

function readHours(typed: string | undefined): number | undefined {
  return typed === undefined ? undefined : readWhole('--retry-hours', typed, 1);
}
