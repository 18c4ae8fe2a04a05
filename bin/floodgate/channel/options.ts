import type { ApiChoice } from '../stack/api-client.ts';
import { definedOf } from '../subscriber/filter-options.ts';
import { UsageError } from '../terminal/command.ts';
import type { TypedAction, Word } from '../terminal/declare.ts';
import { readProvider, readShare } from '../terminal/option-values.ts';
import {
  API_OPTIONS,
  JSON_OPTION,
  text,
  typedFlag,
  under,
  type Values,
} from '../terminal/options.ts';

const ID: Word = ['ID', "Meta's phone number id, or the name of a session of WasenderApi"];
const ofOne = (action: string, summary: string) =>
  ({ summary, words: [ID], needs: `${action} takes the id of a channel` }) as const;

const options = {
  ...under('Which:', {
    provider: text('NAME', 'meta or wasender', 'meta'),
    tenant: text('NAME', 'whose it is', 'default'),
    account: text('ID', 'the WhatsApp Business Account, which check looks at'),
    portfolio: text('ID', 'the business portfolio'),
    number: text('DIGITS', 'the phone number, with its country code'),
  }),
  ...under('How fast:', {
    rate: text(
      'R',
      "messages a second that the provider allows, up to 1000, or a word: standard, 80, a number of Meta's [so it is of meta]; high, 1000, after Meta's upgrade; coexistence, 20, in use in the WhatsApp Business app too; paid, 256 a minute, a session of a paid plan [so it is of wasender]; protected, one in 5 seconds, Account Protection is on",
    ),
    share: text('S', 'how much of that sending may use, such as 95%', '95%'),
  }),
  ...under('How:', {
    'marketing-route': text('NAME', 'messages or marketing_messages: where marketing templates go'),
    uncertain: text(
      'NAME',
      'leave or resend: what becomes of a message whose answer was lost, after an hour without a status',
      'leave',
    ),
    drain: typedFlag('take nothing more, and send what waits'),
    yes: typedFlag('yes, and its token too'),
  }),
  ...under('What is kept (the word stage: as the stage says):', {
    keep: text(
      'KINDS',
      'files: all, none, or some of image, video, audio, document, sticker, with commas',
    ),
    'max-megabytes': text('N', 'files of up to so many MB, at most 100'),
    'retention-days': text(
      'N',
      'rows, for so many days from 8 on, and no longer than anything of the stage is kept',
    ),
  }),
  ...under('Its access token; of a session its API key:', {
    'token-stdin': typedFlag('read it from stdin'),
    'no-token': typedFlag('leave alone what is there'),
  }),
  ...API_OPTIONS,
  ...JSON_OPTION,
} as const;

const WISHES = [
  ...(['tenant', 'account', 'portfolio', 'number', 'rate', 'share'] as const),
  ...(['keep', 'max-megabytes', 'retention-days'] as const),
  ...(['marketing-route', 'uncertain', 'token-stdin'] as const),
] as const;

export const CHANNEL = {
  about:
    "What messages are sent from: numbers of Meta's Cloud API, and sessions of WasenderApi. ID is Meta's phone number id, or the name of the session.",
  options,
  actions: {
    add: {
      ...ofOne('add', 'a new one, with its access token; no deployment is needed'),
      options: [...WISHES, 'provider', 'no-token'],
    },
    list: { summary: 'all of them' },
    show: ofOne('show', 'one of them'),
    update: { ...ofOne('update', 'change what the options say'), options: WISHES },
    pause: {
      ...ofOne('pause', 'take and send nothing more; what waits goes on waiting'),
      options: ['drain'],
    },
    resume: ofOne('resume', 'send what waits, and what comes'),
    check: ofOne('check', 'ask the provider what it says of the channel: each fault with its mend'),
    remove: {
      ...ofOne('remove', 'remove it, and its token; it has to be paused, and nothing may wait'),
      options: ['yes'],
    },
  },
  notes: `The access token is typed unseen, or read from stdin, and goes to Parameter Store by your own credentials, encrypted. It is never an argument, and never passes the API.

One lane sends up to 100 a second. Where a rate changes the number of lanes, the channel has to be paused with --drain first, until nothing waits. check ends with 0 if nothing is at fault.`,
  examples: [
    'npx floodgate channel add 900000000000100 --account 900000000000001 \\\n--stack Floodgate-production',
    'npx floodgate channel add shop --provider wasender --rate protected \\\n--token-stdin < api-key.txt',
    'npx floodgate channel check 900000000000100',
    'npx floodgate channel update 900000000000100 --token-stdin < new-token.txt',
    'npx floodgate channel pause shop --drain',
  ],
  docs: ['sending.md'],
} as const;

export type Action = keyof typeof CHANNEL.actions;

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

type ChannelValues = Values<typeof options>;

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readChannelOptions({
  action,
  words,
  values,
}: TypedAction<typeof options, Action>): ChannelOptions {
  const [id = ''] = words;
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
    choice: values,
    drain: values.drain === true,
    isJson: values.json,
  };
}

function readWishes(action: Action, values: ChannelValues): Record<string, unknown> {
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
function readKept(values: ChannelValues): Record<string, unknown> {
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

function readTokenSource(action: Action, values: ChannelValues): ChannelOptions['token'] {
  if (values['token-stdin'] === true) {
    if (values['no-token'] !== true) return 'stdin';
    throw new UsageError('--token-stdin and --no-token exclude each other');
  }
  return action === 'add' && values['no-token'] !== true ? 'prompt' : 'none';
}
