import type { ApiChoice } from '../stack/api-client.ts';
import { UsageError } from '../terminal/command.ts';
import type { TypedAction, Word } from '../terminal/declare.ts';
import { readDuration } from '../terminal/option-values.ts';
import { API_OPTIONS, JSON_OPTION, text, texts, typedFlag, under } from '../terminal/options.ts';
import { type Said, saidIn } from './said.ts';

const ID: Word = ['ID', "of a message, as send prints it; show takes WhatsApp's too"];
const ofOne = (action: string, summary: string) =>
  ({ summary, words: [ID], needs: `${action} takes the id of a message` }) as const;

const options = {
  ...under('From where:', {
    channel: text('ID', 'phone number id, or name of a session'),
  }),
  ...under('What to send, to whom:', {
    to: text(
      'WHO',
      "phone number with its country code, BSUID, or the id of a group of WasenderApi's",
    ),
    text: text('TEXT', 'a text'),
    template: text('NAME', 'or a template, with --language and --category'),
    language: text('CODE', 'of the template, such as es_MX'),
    category: text('NAME', 'of the template: marketing, utility or authentication'),
    param: texts(
      'TEXT',
      'what stands for its placeholders, in their order, by saying it again; or name=TEXT',
    ),
    body: text(
      'FILE',
      "or JSON as Meta's /messages takes it, from a file; - for what comes on stdin",
    ),
  }),
  ...under('How:', {
    key: text('KEY', 'Idempotency-Key', 'a new one, which is printed'),
    for: text(
      'TIME',
      'not sent after so long, such as 90s, 15m, 2h',
      '24h; 10m for authentication',
    ),
    campaign: typedFlag('replies go before it'),
    force: typedFlag('also where the customer service window is closed, by what is known'),
    wait: typedFlag('show its ticks until it is read, for five minutes at most'),
    state: text('WORD', 'queued or uncertain', 'both'),
    as: text('WORD', 'sent or failed, as you found out, or resend, be it twice'),
  }),
  ...API_OPTIONS,
  ...JSON_OPTION,
} as const;

export const MESSAGE = {
  about: 'Sends a message, once, and tells how far it is.',
  options,
  actions: {
    send: {
      summary: 'have a message sent; the same --key is the same message, however often it is sent',
      options: [
        ...(['to', 'text', 'template', 'language', 'category', 'param', 'body', 'key'] as const),
        ...(['for', 'campaign', 'force', 'wait'] as const),
      ],
    },
    show: ofOne('show', "one message, with its ticks; also by WhatsApp's id"),
    list: {
      summary: 'what waits to be sent, and what is uncertain: nobody knows whether it went out',
      options: ['state'],
    },
    cancel: ofOne('cancel', 'have it not be sent, while it waits'),
    resolve: { ...ofOne('resolve', 'decide on what is uncertain'), options: ['as'] },
  },
  notes: 'With --wait it ends with 0 if the message was read, and --json prints one object a line.',
  examples: [
    'npx floodgate message send --channel 106540352242922 --to +5215550001111 \\\n--text "Your table is ready" --wait',
    'npx floodgate message send --channel 106540352242922 --to +5215550001111 \\\n--template order_update --language es_MX --category utility \\\n--param Ana --param 4711 --key order-4711',
    `echo '{"type":"image","image":{"link":"https://shop.example/a.jpg"}}' |\nnpx floodgate message send --channel 106540352242922 --to +5215550001111 --body -`,
    'npx floodgate message show --channel 106540352242922 msg_3q2-7wAAAAAAAAAAAAAAAA',
    'npx floodgate message list --channel 106540352242922 --state uncertain',
  ],
  docs: ['sending.md'],
} as const;

export type Action = keyof typeof MESSAGE.actions;

export type MessageTyped = TypedAction<typeof options, Action>;

export interface MessageOptions {
  readonly action: Action;
  readonly choice: ApiChoice;
  readonly channel: string;
  /** Id of a message; empty for `send` and `list`. */
  readonly id: string;
  readonly wish: SendWish;
  readonly state: string | undefined;
  readonly as: string | undefined;
  readonly isJson: boolean;
}

/** What was typed of a message, which the stack reads and checks. */
export interface SendWish {
  readonly said: Said;
  readonly to: string | undefined;
  readonly key: string | undefined;
  readonly category: string | undefined;
  /** Undefined where nobody says. */
  readonly waitsMs: number | undefined;
  readonly isCampaign: boolean;
  readonly isForced: boolean;
  /** Whether to show what becomes of it. */
  readonly isWatched: boolean;
}

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readMessageOptions({ action, words, values }: MessageTyped): MessageOptions {
  const [id = ''] = words;
  const { channel, as, state } = values;
  if (channel === undefined) throw new UsageError(`${action} takes --channel ID`);
  if (action === 'resolve' && as === undefined) {
    throw new UsageError('resolve takes --as sent, failed or resend');
  }
  return {
    ...{ action, id, channel, state, as },
    choice: values,
    wish: {
      said: action === 'send' ? saidIn(values) : { kind: 'nothing' },
      ...{ to: values.to, key: values.key, category: values.category },
      waitsMs: values.for === undefined ? undefined : readDuration('--for', values.for),
      isCampaign: values.campaign === true,
      isForced: values.force === true,
      isWatched: values.wait === true,
    },
    isJson: values.json,
  };
}
