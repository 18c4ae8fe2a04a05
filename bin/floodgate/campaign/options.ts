import type { ApiChoice } from '../stack/api-client.ts';
import { UsageError } from '../terminal/command.ts';
import type { TypedAction, Word } from '../terminal/declare.ts';
import {
  API_OPTIONS,
  JSON_OPTION,
  text,
  textOr,
  texts,
  typedFlag,
  under,
} from '../terminal/options.ts';
import { changesIn, recipientIn, wishesIn } from './wishes.ts';

const ID: Word = ['ID', 'of a campaign, as create and list print it'];
const KEY: Word = ['KEY', 'your own name of who is put in, such as that of a cart'];
const ofOneOf = (action: string, summary: string) =>
  ({
    ...{ summary, words: [ID, KEY] },
    needs: `${action} takes the id of a campaign, and a key`,
  }) as const;
const ofOne = (action: string, summary: string) =>
  ({ summary, words: [ID], needs: `${action} takes the id of a campaign` }) as const;

const options = {
  ...under('What to send, from where, to whom:', {
    channel: text('ID', 'phone number id'),
    template: texts('NAME', 'template; said again, up to four of which each person gets one'),
    language: texts(
      'CODE',
      'of the template, such as es_MX; of several one for all, or one for each',
    ),
    share: texts('N', 'of several templates, how many of all get it, one for each, such as 70'),
    step: texts(
      'AFTER:CONDITION:TEMPLATE',
      'what follows, such as 2d:no-reply:reminder; or :read:, :not-read:, :delivered:; said again, up to ten',
    ),
    recipients: text('FILE', 'CSV or NDJSON, or either by gzip, up to a million rows'),
    triggered: typedFlag('no file: add puts people into it one by one, until you cancel it'),
    'recipient-column': text(
      'NAME',
      'column of the phone numbers or BSUIDs',
      'the first that is called so',
    ),
    map: texts(
      'PARAMETER=COLUMN',
      'what fills the template: 1=first_name, header=image_url, button.0=path; said again for each of its parameters',
    ),
  }),
  ...under('Who is put into a triggered campaign:', {
    parameter: texts(
      'NAME=VALUE',
      'what fills the template: 1=Ana, header=https://…; said again for each',
    ),
    after: text('TIME', 'how long the first message waits, such as 2h', 'not at all'),
  }),
  ...under('When; change takes none, too:', {
    at: text('TIME', 'when it starts, such as 2026-12-01T09:00', 'when you start it'),
    timezone: text('NAME', 'such as Europe/Madrid, or recipient: that of each number', 'UTC'),
    quiet: text('FROM-TO', 'nothing goes out between these times, such as 21:00-08:00'),
    valid: text(
      'TIME',
      'for how long a message may be tried whose turn has come, such as 6h',
      '24h',
    ),
  }),
  ...under('How fast, for how much; change takes none, too:', {
    'max-rate': text('N', 'messages a second, beneath what the channel may'),
    weight: text('N', 'of two campaigns of a channel, 2 goes twice as fast as 1', '1'),
    budget: text('MONEY', 'it pauses before it costs more, such as 200EUR'),
    prices: text('FILE', 'JSON with prices of your own', "Meta's list prices"),
    'stop-failed': text('S', 'it pauses where more of the last 500 fail', '30%'),
    'stop-blocked': text('S', 'it pauses where more of the last 500 are blocked', '10%'),
  }),
  ...under('How:', {
    name: text('TEXT', 'what people call it'),
    'no-check': typedFlag('only put up the recipients; check says the rest'),
    to: text('NUMBER', 'a phone number with its country code; of test one of your own'),
    because: text('TEXT', 'why, for the record'),
    format: textOr('NAME', 'csv or ndjson', 'csv'),
    uncertain: typedFlag('offer it also to those who may have got it, and would get it twice'),
    'dry-run': typedFlag('only say whom it concerns'),
    watch: typedFlag('go on as watch does'),
  }),
  ...API_OPTIONS,
  ...JSON_OPTION,
} as const;

const CHANGEABLE = [
  ...(['name', 'at', 'timezone', 'quiet', 'max-rate', 'weight', 'budget'] as const),
  ...(['stop-failed', 'stop-blocked'] as const),
] as const;

export const CAMPAIGN = {
  about:
    'Sends a template to many people, each once, and shows what comes of it and what it costs. It can be stopped at any moment.',
  options,
  actions: {
    create: {
      summary:
        'put up the recipients, have them checked, and see what it would cost; sends nothing',
      options: [
        ...CHANGEABLE,
        ...([
          'channel',
          'template',
          'language',
          'share',
          'step',
          'recipients',
          'triggered',
          'recipient-column',
        ] as const),
        ...(['map', 'valid', 'prices', 'no-check'] as const),
      ],
    },
    check: {
      ...ofOne('check', 'check it again, also with other recipients'),
      options: ['recipients'],
    },
    test: {
      ...ofOne('test', 'send what its first recipient would get to a number of your own'),
      options: ['to'],
    },
    start: { ...ofOne('start', 'start what is ready, now or at its time'), options: ['watch'] },
    pause: {
      ...ofOne('pause', 'send nothing more within two seconds, until it is resumed'),
      options: ['because'],
    },
    resume: {
      ...ofOne('resume', 'go on where it was paused'),
      options: ['because', 'watch'],
    },
    cancel: { ...ofOne('cancel', 'send nothing more of it, ever'), options: ['because'] },
    change: {
      ...ofOne('change', 'change what the options say, also while it runs'),
      options: CHANGEABLE,
    },
    add: {
      ...ofOneOf('add', 'put somebody into a triggered campaign that runs, once by their key'),
      options: ['to', 'parameter', 'after'],
    },
    remove: ofOneOf('remove', 'take somebody out of it: they get no more, and what was sent stays'),
    recipient: ofOneOf('recipient', 'how far somebody is in it'),
    'retry-failed': {
      ...ofOne(
        'retry-failed',
        'offer what failed again where that can pass, at once or a day after it failed',
      ),
      options: ['uncertain', 'dry-run', 'watch'],
    },
    watch: ofOne('watch', 'show how far it is, until it is finished or paused'),
    show: ofOne('show', 'one of them: what it is, what its check found, what it has come to'),
    list: { summary: 'all of them, the newest first' },
    export: {
      ...ofOne('export', 'print what became of every recipient: state, times, error, price'),
      options: ['format'],
    },
    refusals: ofOne('refusals', 'print the rows that get nothing, each with its reason, as CSV'),
  },
  notes: `A campaign is draft, checking, ready, scheduled, running, paused, finished or cancelled. create and check end with 0 if it is ready, watch with 0 if it is finished.

With --json watch prints one object a line.`,
  examples: [
    'npx floodgate campaign create --channel 106540352242922 \\\n--template spring_sale --language es_MX --recipients people.csv \\\n--map 1=first_name --map header=image_url --budget 200EUR \\\n--at 2026-12-01T09:00 --timezone recipient --quiet 21:00-08:00',
    'npx floodgate campaign create --channel 106540352242922 --language en_US \\\n--template offer_short --template offer_long --share 50 --share 50 \\\n--recipients people.ndjson.gz --max-rate 50',
    'npx floodgate campaign create --channel 106540352242922 --language en_US \\\n--template cart --step 4h:no-reply:cart_reminder --step 2d:not-read:cart_last \\\n--recipients people.csv',
    'npx floodgate campaign create --channel 106540352242922 --language en_US \\\n--template cart --step 4h:no-reply:cart_reminder --triggered',
    'npx floodgate campaign add cmp_3q2-7wAAAAAAAAAAAAAAAA cart-4711 \\\n--to +34600000000 --parameter 1=Ana --after 1h',
    'npx floodgate campaign remove cmp_3q2-7wAAAAAAAAAAAAAAAA cart-4711',
    'npx floodgate campaign test cmp_3q2-7wAAAAAAAAAAAAAAAA --to +34600000000',
    'npx floodgate campaign start cmp_3q2-7wAAAAAAAAAAAAAAAA --watch',
    'npx floodgate campaign pause cmp_3q2-7wAAAAAAAAAAAAAAAA --because "wrong price"',
    'npx floodgate campaign change cmp_3q2-7wAAAAAAAAAAAAAAAA --max-rate 20 --quiet none',
    'npx floodgate campaign retry-failed cmp_3q2-7wAAAAAAAAAAAAAAAA --dry-run',
    'npx floodgate campaign refusals cmp_3q2-7wAAAAAAAAAAAAAAAA > refused.csv',
    'npx floodgate campaign export cmp_3q2-7wAAAAAAAAAAAAAAAA --format csv > people.csv',
  ],
  docs: ['sending.md'],
} as const;

export type Action = keyof typeof CAMPAIGN.actions;

export type CampaignTyped = TypedAction<typeof options, Action>;

export interface CampaignOptions {
  readonly action: Action;
  readonly choice: ApiChoice;
  /** Empty for `create` and `list`. */
  readonly id: string;
  /** Of who is put into a triggered campaign; empty for all else. */
  readonly key: string;
  /** Who that is, which the stack reads and checks. */
  readonly recipient: Readonly<Record<string, unknown>>;
  /** What was typed of a campaign, which the stack reads and checks. */
  readonly wishes: Readonly<Record<string, unknown>>;
  readonly recipients: string | undefined;
  readonly isChecked: boolean;
  readonly to: string;
  readonly because: string | undefined;
  readonly format: string;
  readonly withUncertain: boolean;
  readonly isDryRun: boolean;
  readonly isWatched: boolean;
  readonly isJson: boolean;
}

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readCampaignOptions({ action, words, values }: CampaignTyped): CampaignOptions {
  const [id = '', key = ''] = words;
  const { to = '', because, recipients, json } = values;
  if (action === 'test' && to === '') throw new UsageError('test takes --to NUMBER');
  if (action === 'add' && to === '') throw new UsageError('add takes --to NUMBER');
  return {
    ...{ action, id, key, recipients, to, because, isJson: json },
    recipient: recipientIn(key, values),
    wishes: readWishes(action, values),
    choice: values,
    isChecked: values['no-check'] !== true,
    format: values.format,
    withUncertain: values.uncertain === true,
    isDryRun: values['dry-run'] === true,
    isWatched: values.watch === true,
  };
}

function readWishes(action: Action, values: CampaignTyped['values']): Record<string, unknown> {
  if (action === 'create') return wishesIn(values);
  if (action !== 'change') return {};
  const changes = changesIn(values);
  if (Object.keys(changes).length > 0) return changes;
  throw new UsageError('change takes what to change, such as --max-rate or --quiet');
}
