import type * as z from 'zod/mini';
import type { writeRequest } from '../../../local/whatsapp/stand-in-schemas.ts';
import { UsageError } from '../terminal/command.ts';
import type { TypedAction, Word } from '../terminal/declare.ts';
import { readUrl } from '../terminal/option-values.ts';
import { JSON_OPTION, text, typedFlag, under, type Values } from '../terminal/options.ts';

const WHO: Word = [
  'WHO',
  'phone number with its country code, or user id such as MX.12345678901234567890',
];
const ofOne = (action: string, summary: string) =>
  ({ summary, words: [WHO], needs: `${action} takes a phone number or user id` }) as const;

const options = {
  ...under('What to write:', {
    from: text('WHO', 'the person: a phone number or user id'),
    text: text('TEXT', 'what to write'),
    button: text('TEXT', 'or the quick reply to press'),
    reply: typedFlag('answer the last message that they got'),
    'reply-to': text('ID', 'or that one'),
    name: text('TEXT', 'what the profile says from now on'),
    username: text(
      'NAME',
      'have a username: the number is shown only to businesses that wrote to it within 30 days',
    ),
    channel: text('ID', 'phone number id to write to', 'the first one'),
    wasender: typedFlag('write to the WasenderApi session instead'),
  }),
  ...under('Which stack:', {
    url: text('URL', "the stand-in's address, as npm start prints it", "the local stack's"),
  }),
  ...JSON_OPTION,
} as const;

export const WHATSAPP = {
  about:
    'Be the person at the other end: what the local stack sends goes to phones that are played here. WHO is a phone number with its country code, or a business-scoped user id such as MX.12345678901234567890.',
  options,
  actions: {
    list: { summary: 'everybody who wrote or was written to, and what they got' },
    show: ofOne('show', 'their phone: messages both ways, with ticks'),
    write: {
      summary: 'write to the business; its 24-hour window opens',
      options: [
        ...(['from', 'text', 'button', 'reply', 'reply-to'] as const),
        ...(['name', 'username', 'channel', 'wasender'] as const),
      ],
    },
    read: ofOne('read', 'look at what has arrived: its ticks turn blue'),
    stop: ofOne('stop', 'want no marketing messages any more'),
    resume: ofOne('resume', 'want them again'),
  },
  notes:
    'write, stop and resume end with 0 if the stack took the webhook. What becomes of a message follows from the last digits of the number.',
  examples: [
    'npx floodgate whatsapp write --from 5215550001234 --text "I want to buy"',
    'npx floodgate whatsapp write --from 5215550001234 --button "Stop" --reply',
    'npx floodgate whatsapp write --from MX.12345678901234567890 \\\n--username sofia --text "hola"',
    'npx floodgate whatsapp list',
    'npx floodgate whatsapp show 5215550001234',
  ],
  docs: ['whatsapp-stand-in.md'],
} as const;

export type WhatsAppAction = keyof typeof WHATSAPP.actions;

export interface WhatsAppOptions {
  readonly action: WhatsAppAction;
  /** Empty for `list`. */
  readonly who: string;
  /** What to write. */
  readonly writing: z.input<typeof writeRequest>;
  readonly url: string | undefined;
  readonly isJson: boolean;
}

type WhatsAppValues = Values<typeof options>;

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readWhatsAppOptions({
  action,
  words,
  values,
}: TypedAction<typeof options, WhatsAppAction>): WhatsAppOptions {
  const [who = ''] = words;
  return {
    ...{ action, who: action === 'write' ? readFrom(values) : who, isJson: values.json },
    writing: action === 'write' ? readWriting(values) : { text: '' },
    url: values.url === undefined ? undefined : readUrl('--url', values.url),
  };
}

function readFrom({ from }: WhatsAppValues): string {
  if (from !== undefined && from !== '') return from;
  throw new UsageError('write takes --from WHO, a phone number or user id');
}

function readWriting(values: WhatsAppValues): WhatsAppOptions['writing'] {
  const { text: typed, button, name, username, channel, wasender } = values;
  if (typed !== undefined && button !== undefined) {
    throw new UsageError('--text and --button exclude each other');
  }
  const words = typed ?? button ?? '';
  if (words === '') throw new UsageError('write takes --text TEXT or --button TEXT');
  return {
    text: words,
    provider: wasender === true ? 'wasender' : 'meta',
    ...{ replyTo: readReply(values), name, username, channel },
    isButton: button !== undefined,
  };
}

function readReply({ reply, 'reply-to': id }: WhatsAppValues): string | undefined {
  return id ?? (reply === true ? 'last' : undefined);
}
