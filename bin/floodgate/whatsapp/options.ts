import type * as z from 'zod/mini';
import type { writeRequest } from '../../../local/whatsapp/stand-in-schemas.ts';
import { UsageError } from '../terminal/command.ts';
import {
  actionsOf,
  parseCommandLine,
  readAction,
  refuseOthers,
  TEXT,
  TYPED_FLAG,
} from '../terminal/command-line.ts';
import { readUrl } from '../terminal/option-values.ts';

const optionTypes = {
  url: TEXT,
  json: TYPED_FLAG,
  from: TEXT,
  text: TEXT,
  button: TEXT,
  reply: TYPED_FLAG,
  'reply-to': TEXT,
  name: TEXT,
  username: TEXT,
  channel: TEXT,
  wasender: TYPED_FLAG,
} as const;

type OptionName = keyof typeof optionTypes;

/** For each action the options that it takes beside those of all. */
const ACTIONS = {
  list: [],
  show: [],
  write: [
    ...(['from', 'text', 'button', 'reply', 'reply-to'] as const),
    ...(['name', 'username', 'channel', 'wasender'] as const),
  ],
  read: [],
  stop: [],
  resume: [],
} as const satisfies Record<string, readonly OptionName[]>;

export type WhatsAppAction = keyof typeof ACTIONS;

export interface WhatsAppOptions {
  readonly action: WhatsAppAction;
  /** Empty for `list`. */
  readonly who: string;
  /** What to write. */
  readonly writing: z.input<typeof writeRequest>;
  readonly url: string | undefined;
  readonly isJson: boolean;
}

type Values = ReturnType<typeof readValues>['values'];

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readWhatsAppOptions(args: readonly string[]): WhatsAppOptions {
  const { values, positionals } = readValues(args);
  const [action, rest] = readAction('whatsapp', actionsOf(ACTIONS), positionals);
  refuseOthers(action, values, ['url', 'json', ...ACTIONS[action]]);
  const who = action === 'write' ? readFrom(values) : readWho(action, rest);
  const unexpected = rest[action === 'list' || action === 'write' ? 0 : 1];
  if (unexpected !== undefined) throw new UsageError(`unexpected argument '${unexpected}'`);
  return {
    ...{ action, who, isJson: values.json === true },
    writing: action === 'write' ? readWriting(values) : { text: '' },
    url: values.url === undefined ? undefined : readUrl('--url', values.url),
  };
}

function readWho(action: WhatsAppAction, [who = '']: readonly string[]): string {
  if (action === 'list' || who !== '') return who;
  throw new UsageError(`${action} takes a phone number or user id`);
}

function readValues(args: readonly string[]) {
  return parseCommandLine(args, { options: optionTypes, allowPositionals: true });
}

function readFrom({ from }: Values): string {
  if (from !== undefined && from !== '') return from;
  throw new UsageError('write takes --from WHO, a phone number or user id');
}

function readWriting(values: Values): WhatsAppOptions['writing'] {
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

function readReply({ reply, 'reply-to': id }: Values): string | undefined {
  return id ?? (reply === true ? 'last' : undefined);
}
