import type {
  SubscriberChange,
  SubscriberInput,
} from '../../../lambda/delivery/subscribers/schemas.ts';
import type { ApiChoice } from '../stack/api-client.ts';
import { UsageError } from '../terminal/command.ts';
import type { TypedAction, Word } from '../terminal/declare.ts';
import { readWhole } from '../terminal/option-values.ts';
import {
  API_OPTIONS,
  JSON_OPTION,
  text,
  typedFlag,
  under,
  type Values,
} from '../terminal/options.ts';
import { definedOf, FILTER_OPTIONS, readFilter } from './filter-options.ts';

const WHO: Word = ['WHO', 'id or name of a subscriber'];
const ofOne = (action: string, summary: string) =>
  ({ summary, words: [WHO], needs: `${action} takes the id or name of a subscriber` }) as const;

const WHERE = 'Where events go:';
const HOW = 'How:';

const options = {
  ...under(WHERE, {
    name: text('TEXT', 'what to call it; no other of its tenant is called so'),
    url: text('URL', 'https endpoint; with the local stack http://127.0.0.1:8080/hook will do'),
    queue: text(
      'URL',
      'or an SQS queue that is there, that the stage names in subscriberQueueArns, and whose KMS key, where it has one of yours, it names in subscriberQueueKeyArns; with the local stack any queue that you made there. A standard queue keeps no order',
    ),
    format: text(
      'NAME',
      "standard: events of Floodgate's own, signed as Standard Webhooks says; provider: the webhook as Meta or WasenderApi sends it, signed as they sign",
      'standard',
    ),
    tenant: text('NAME', 'whose it is', 'default'),
  }),
  ...FILTER_OPTIONS,
  ...under(HOW, {
    ordered: typedFlag('one after another for each contact [so it is]'),
    parallel: typedFlag('side by side, whatever the order'),
    rate: text('N', 'deliveries a second, at most, in whichever second; "none" lifts the limit'),
    concurrency: text('N', 'deliveries at once, at most, from 2 on; "none": 100', '100'),
    'retry-hours': text('N', 'try what fails for so long, from its first try, up to 312', '72'),
    'refusal-is-final': typedFlag(
      'what is answered 4xx, other than 408, 425 and 429, is not tried again',
    ),
    'refusal-is-retried': typedFlag('for update: it is, as ever'),
    paused: typedFlag('not before it is resumed'),
    yes: typedFlag('yes, and drop what waits for it'),
  }),
  ...API_OPTIONS,
  ...JSON_OPTION,
} as const;

const WISHES = [
  ...(['name', 'url', 'queue', 'tenant', 'format', 'channel', 'kind', 'type', 'status'] as const),
  ...(['direction', 'chat', 'no-media-events', 'everything'] as const),
  ...(['parallel', 'ordered', 'rate', 'concurrency', 'retry-hours'] as const),
  ...(['refusal-is-final', 'refusal-is-retried'] as const),
] as const;

export const SUBSCRIBER = {
  about: 'Who receives events: your bot, your CRM, a queue of yours.',
  options,
  actions: {
    add: {
      summary: 'a new one: from now on it gets the events that it wants',
      options: [...WISHES, 'paused'],
    },
    list: {
      summary:
        'all of them: how many deliveries wait about, and since when where that is longer than the way takes',
    },
    show: ofOne('show', 'one of them'),
    update: { ...ofOne('update', 'change what the options say'), options: WISHES },
    test: ofOne('test', 'send it a test event, and wait for what becomes of it'),
    pause: ofOne('pause', 'deliver nothing more; events wait, in order'),
    resume: ofOne(
      'resume',
      'deliver what waits, and what comes: after a pause, after its endpoint answered 410, and at once where that answered nobody or asked for time',
    ),
    secret: ofOne('secret', 'show what its deliveries are signed with'),
    rotate: ofOne('rotate', 'sign with a new secret; the one before is valid for 24 hours more'),
    remove: { ...ofOne('remove', 'remove it, and drop what waits for it'), options: ['yes'] },
  },
  notes: `Who is added gets what is received from ten seconds later on; npx floodgate replay sends what was before.

Options of several words take them by commas, or by being said again.

test sends floodgate.test in the format standard, and in the format provider what Meta's own test button sends: a text from 16315551181. It is tried once, and ends with 0 if the endpoint took it. npx floodgate deliveries shows what was delivered, and what failed.`,
  examples: [
    'npx floodgate subscriber add --name bot --url http://127.0.0.1:8080/hook',
    'npx floodgate subscriber add --name crm --url https://crm.example/hook \\\n--kind message --direction inbound',
    'npx floodgate subscriber add --name failures --url https://ops.example/hook \\\n--kind status --status failed',
    'npx floodgate subscriber add --name old-bot --url https://bot.example/webhook \\\n--format provider',
    'npx floodgate subscriber test bot',
    'npx floodgate subscriber update crm --type text,image --rate 20',
    'npx floodgate subscriber list --stack Floodgate-production',
    'npx floodgate subscriber remove bot --yes',
  ],
  docs: ['delivering.md', 'events.md'],
} as const;

export type Action = keyof typeof SUBSCRIBER.actions;

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

type SubscriberValues = Values<typeof options>;

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readSubscriberOptions({
  action,
  words,
  values,
}: TypedAction<typeof options, Action>): SubscriberOptions {
  const [who = ''] = words;
  if (action === 'add') checkAdd(values);
  if (action === 'remove' && values.yes !== true) {
    throw new UsageError('remove drops what waits for the subscriber too: say --yes');
  }
  const wishes = readWishes(values);
  if (action === 'update' && Object.keys(wishes).length === 0) {
    throw new UsageError('update takes what to change, such as --url or --kind');
  }
  return { action, choice: values, who, wishes, isJson: values.json };
}

function checkAdd({ name, url, queue }: SubscriberValues): void {
  if (name === undefined) throw new UsageError('add takes --name TEXT, by which to know it');
  if (url === undefined && queue === undefined) {
    throw new UsageError('add takes --url URL or --queue URL, where events go');
  }
}

function readWishes(values: SubscriberValues): Wishes {
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
