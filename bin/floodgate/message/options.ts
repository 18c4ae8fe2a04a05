import type { ApiChoice } from '../stack/api-client.ts';
import { UsageError } from '../terminal/command.ts';
import { parseCommandLine } from '../terminal/command-line.ts';
import { readDuration } from '../terminal/option-values.ts';
import { type Said, saidIn } from './said.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const optionTypes = {
  ...{ api: text, stack: text, channel: text, json: flag },
  ...{ to: text, text, template: text, language: text, category: text, body: text, key: text },
  param: { type: 'string', multiple: true },
  ...{ for: text, campaign: flag, force: flag, wait: flag, state: text, as: text },
} as const;

type OptionName = keyof typeof optionTypes;

/** For each action the options that it takes beside those of all. */
const ACTIONS = {
  send: [
    ...(['to', 'text', 'template', 'language', 'category', 'param', 'body', 'key'] as const),
    ...(['for', 'campaign', 'force', 'wait'] as const),
  ],
  show: [],
  list: ['state'],
  cancel: [],
  resolve: ['as'],
} as const satisfies Record<string, readonly OptionName[]>;

export type Action = keyof typeof ACTIONS;

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

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readMessageOptions(args: readonly string[]): MessageOptions {
  const { values, positionals } = parseCommandLine(args, {
    ...{ options: optionTypes, allowPositionals: true },
  });
  const [action, id] = readAction(positionals);
  const known: readonly string[] = ['api', 'stack', 'json', 'channel', ...ACTIONS[action]];
  const unknown = Object.keys(values).find((option) => !known.includes(option));
  if (unknown !== undefined) throw new UsageError(`${action} takes no --${unknown}`);
  const { channel, api, stack, as, state } = values;
  if (channel === undefined) throw new UsageError(`${action} takes --channel ID`);
  if (action === 'resolve' && as === undefined) {
    throw new UsageError('resolve takes --as sent, failed or resend');
  }
  return {
    ...{ action, id, channel, state, as },
    choice: { api, stack },
    wish: {
      said: action === 'send' ? saidIn(values) : { kind: 'nothing' },
      ...{ to: values.to, key: values.key, category: values.category },
      waitsMs: values.for === undefined ? undefined : readDuration('--for', values.for),
      isCampaign: values.campaign === true,
      isForced: values.force === true,
      isWatched: values.wait === true,
    },
    isJson: values.json === true,
  };
}

function isAction(word: string | undefined): word is Action {
  return word !== undefined && Object.hasOwn(ACTIONS, word);
}

function readAction([word, ...rest]: readonly string[]): [Action, string] {
  if (!isAction(word)) {
    const typed = word === undefined ? 'nothing' : `"${word}"`;
    throw new UsageError(`message takes ${Object.keys(ACTIONS).join(', ')}, not ${typed}`);
  }
  const expected = word === 'send' || word === 'list' ? 0 : 1;
  const [id = ''] = rest;
  if (rest.length < expected) throw new UsageError(`${word} takes the id of a message`);
  if (rest.length > expected) throw new UsageError(`unexpected argument '${rest[expected]}'`);
  return [word, id];
}
