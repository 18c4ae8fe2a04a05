import type { ApiChoice } from '../stack/api-client.ts';
import { definedOf } from '../subscriber/filter-options.ts';
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
import { readProvider, readShare } from '../terminal/option-values.ts';

const optionTypes = {
  ...{ api: TEXT, stack: TEXT, provider: TEXT, tenant: TEXT, account: TEXT, portfolio: TEXT },
  ...{ number: TEXT, rate: TEXT, share: TEXT, 'marketing-route': TEXT, uncertain: TEXT },
  ...{ keep: TEXT, 'max-megabytes': TEXT, 'retention-days': TEXT },
  ...{ 'token-stdin': TYPED_FLAG, 'no-token': TYPED_FLAG, drain: TYPED_FLAG },
  ...{ yes: TYPED_FLAG, json: TYPED_FLAG },
} as const;

type OptionName = keyof typeof optionTypes;

/** For each action the options that it takes beside those of all. */
const WISHES: readonly OptionName[] = [
  ...(['tenant', 'account', 'portfolio', 'number', 'rate', 'share'] as const),
  ...(['keep', 'max-megabytes', 'retention-days'] as const),
  ...(['marketing-route', 'uncertain', 'token-stdin'] as const),
];
const ACTIONS = {
  add: [...WISHES, 'provider', 'no-token'],
  list: [],
  show: [],
  update: WISHES,
  pause: ['drain'],
  resume: [],
  check: [],
  remove: ['yes'],
} as const satisfies Record<string, readonly OptionName[]>;

export type Action = keyof typeof ACTIONS;

export interface ChannelOptions {
  readonly action: Action;
  readonly choice: ApiChoice;
  /** Empty for `list`. */
  readonly id: string;
  /** What was typed of a channel, which the stack reads and checks. */
  readonly wishes: Readonly<Record<string, unknown>>;
  /** Where its token comes from: `none` leaves alone what is there. */
  readonly token: 'stdin' | 'prompt' | 'none';
  readonly drain: boolean;
  readonly isJson: boolean;
}

type Values = ReturnType<typeof readValues>['values'];

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readChannelOptions(args: readonly string[]): ChannelOptions {
  const { values, positionals } = readValues(args);
  const [action, id] = readWords(positionals);
  refuseOthers(action, values, ['api', 'stack', 'json', ...ACTIONS[action]]);
  if (action === 'remove' && values.yes !== true) {
    throw new UsageError('remove takes the token of the channel too: say --yes');
  }
  const wishes = readWishes(action, values);
  const token = readTokenSource(action, values);
  if (action === 'update' && token === 'none' && Object.keys(wishes).length === 0) {
    throw new UsageError('update takes what to change, such as --rate or --token-stdin');
  }
  return {
    ...{ action, id, wishes, token },
    choice: { api: values.api, stack: values.stack },
    drain: values.drain === true,
    isJson: values.json === true,
  };
}

function readValues(args: readonly string[]) {
  return parseCommandLine(args, { options: optionTypes, allowPositionals: true });
}

function readWords(positionals: readonly string[]): [Action, string] {
  const [action, rest] = readAction('channel', actionsOf(ACTIONS), positionals);
  checkArguments(rest, action === 'list' ? 0 : 1, `${action} takes the id of a channel`);
  const [id = ''] = rest;
  return [action, id];
}

function readWishes(action: Action, values: Values): Record<string, unknown> {
  const { provider = 'meta', tenant, account, portfolio, number, rate, share } = values;
  return definedOf({
    ...{ tenant, accountId: account, portfolioId: portfolio, displayPhoneNumber: number },
    ...{ marketingRoute: values['marketing-route'], uncertain: values.uncertain },
    ...readKept(values),
    provider: action === 'add' ? readProvider('--provider', provider) : undefined,
    messagesPerSecond: numberOf(rate),
    share: share === undefined ? undefined : readShare('--share', share),
  });
}

/** Has the stage's settings say it again. */
const AS_STAGE = 'stage';

/** What is kept of what comes, and for how long. */
function readKept(values: Values): Record<string, unknown> {
  const { keep, 'max-megabytes': megabytes, 'retention-days': days } = values;
  const isListed = keep !== undefined && keep !== 'all' && keep !== 'none';
  const media = definedOf({
    keep: isListed ? keep.split(',') : keep,
    maxMegabytes: numberOf(megabytes),
  });
  const isGiven = Object.keys(media).length > 0;
  return {
    media: keep === AS_STAGE ? null : isGiven ? media : undefined,
    retentionDays: days === AS_STAGE ? null : numberOf(days),
  };
}

/** What is no number is the stack's to refuse. */
function numberOf(typed: string | undefined): unknown {
  return typed !== undefined && /^[\d.]+$/.test(typed) ? Number(typed) : typed;
}

function readTokenSource(action: Action, values: Values): ChannelOptions['token'] {
  if (values['token-stdin'] === true) {
    if (values['no-token'] !== true) return 'stdin';
    throw new UsageError('--token-stdin and --no-token exclude each other');
  }
  return action === 'add' && values['no-token'] !== true ? 'prompt' : 'none';
}
