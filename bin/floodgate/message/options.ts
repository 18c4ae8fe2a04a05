import type { ApiChoice } from '../stack/api-client.ts';
import { UsageError } from '../terminal/command.ts';
import {
  actionsOf,
  checkArguments,
  parseCommandLine,
  readAction,
  refuseOthers,
  TEXT,
  TEXTS,
  TYPED_FLAG,
} from '../terminal/command-line.ts';
import { readDuration } from '../terminal/option-values.ts';
import { type Said, saidIn } from './said.ts';

const optionTypes = {
  ...{ api: TEXT, stack: TEXT, channel: TEXT, json: TYPED_FLAG },
  ...{ to: TEXT, text: TEXT, template: TEXT, language: TEXT, category: TEXT },
  ...{ body: TEXT, key: TEXT, param: TEXTS, for: TEXT, state: TEXT, as: TEXT },
  ...{ campaign: TYPED_FLAG, force: TYPED_FLAG, wait: TYPED_FLAG },
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
  const [action, id] = readWords(positionals);
  refuseOthers(action, values, ['api', 'stack', 'json', 'channel', ...ACTIONS[action]]);
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

function readWords(positionals: readonly string[]): [Action, string] {
  const [action, rest] = readAction('message', actionsOf(ACTIONS), positionals);
  const expected = action === 'send' || action === 'list' ? 0 : 1;
  checkArguments(rest, expected, `${action} takes the id of a message`);
  const [id = ''] = rest;
  return [action, id];
}
