import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.ts';

/** How an option is typed: with a text, with several, or alone. */
export const TEXT = { type: 'string' } as const;
export const TEXTS = { type: 'string', multiple: true } as const;
export const FLAG = { type: 'boolean', default: false } as const;
/** A flag of which it matters whether it was typed. */
export const TYPED_FLAG = { type: 'boolean' } as const;

/** What was typed, and the defaults. Throws `UsageError` for what is not among the options. */
export function parseCommandLine<const Config extends Omit<ParseArgsConfig, 'args'>>(
  args: readonly string[],
  config: Config,
): ReturnType<typeof parseArgs<Config & { args: string[] }>> {
  try {
    return parseArgs({ ...config, args: joinNegatives(args) });
  } catch (error) {
    // The rest of Node's message explains its own syntax.
    const [sentence = ''] = error instanceof Error ? error.message.split(/\.(?: |\n|$)/) : [];
    throw new UsageError(sentence.charAt(0).toLowerCase() + sentence.slice(1), { cause: error });
  }
}

/** The action that is typed first. Throws `UsageError` that names all that `command` takes. */
export function readAction<const Action extends string>(
  command: string,
  actions: readonly Action[],
  [word, ...rest]: readonly string[],
): [action: Action, rest: readonly string[]] {
  const action = actions.find((one) => one === word);
  if (action !== undefined) return [action, rest];
  const typed = word === undefined ? 'nothing' : `"${word}"`;
  throw new UsageError(`${command} takes ${oneOf(actions)}, not ${typed}`);
}

function oneOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The actions that a table of their options tells. */
export function actionsOf<Action extends string>(
  table: Readonly<Record<Action, unknown>>,
): Action[] {
  return Object.keys(table).filter((word): word is Action => Object.hasOwn(table, word));
}

/** What follows an action: as many words as it takes. Throws `UsageError`, with `needed` where one is missing. */
export function checkArguments(rest: readonly string[], expected: number, needed: string): void {
  if (rest.length < expected) throw new UsageError(needed);
  if (rest.length > expected) throw new UsageError(`unexpected argument '${rest[expected]}'`);
}

/** Throws `UsageError` for an option that is typed, and that the action does not take. */
export function refuseOthers(action: string, typed: object, taken: readonly string[]): void {
  const other = Object.keys(typed).find((option) => !taken.includes(option));
  if (other !== undefined) throw new UsageError(`${action} takes no --${other}`);
}

/** Node would take the number in `--contacts -1` for an option, and explain its syntax. */
function joinNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const option = joined.at(-1) ?? '';
    if (/^-\d/.test(arg) && /^--[a-z-]+$/.test(option)) joined.splice(-1, 1, `${option}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}
