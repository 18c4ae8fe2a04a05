import { userInfo } from 'node:os';
import { definedOf, FILTER_OPTIONS, readFilter } from '../subscriber/filter-options.ts';
import { UsageError } from '../terminal/command.ts';
import { FLAG, parseCommandLine, TEXT } from '../terminal/command-line.ts';
import { readUrl } from '../terminal/option-values.ts';

const optionTypes = {
  ...{ forward: TEXT, name: TEXT, format: TEXT, stack: TEXT },
  ...{ remove: FLAG, verbose: FLAG, json: FLAG },
  ...FILTER_OPTIONS,
} as const;

export interface ListenOptions {
  readonly action: 'forward' | 'remove';
  /** Empty for `remove`. */
  readonly forwardTo: string;
  readonly name: string;
  /** What was typed of which events are wanted, and how; the stack checks it. */
  readonly wishes: Readonly<Record<string, unknown>>;
  /** Undefined for the local one. */
  readonly stack: string | undefined;
  readonly isVerbose: boolean;
  readonly isJson: boolean;
}

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readListenOptions(args: readonly string[]): ListenOptions {
  const { values } = parseCommandLine(args, { options: optionTypes });
  const { forward, name, format, stack, remove, verbose, json } = values;
  const wishes = definedOf({ format, filter: readFilter(values) });
  if (remove) {
    const isMore = forward !== undefined || Object.keys(wishes).length > 0;
    if (isMore) throw new UsageError('--remove takes --name and --stack, and nothing else');
    if (name === undefined) throw new UsageError('--remove takes --name NAME');
  } else if (forward === undefined) {
    throw new UsageError('listen takes --forward URL, such as http://localhost:8080/hook');
  }
  return {
    action: remove ? 'remove' : 'forward',
    forwardTo: forward === undefined ? '' : readUrl('--forward', forward),
    name: name === undefined ? ownName() : readName(name),
    ...{ wishes, stack, isVerbose: verbose, isJson: json },
  };
}

/** With its surroundings it makes the name of a queue, of which SQS takes 80 characters. */
const MOST_CHARACTERS = 24;

function readName(typed: string): string {
  if (/^[A-Za-z0-9-]+$/.test(typed) && typed.length <= MOST_CHARACTERS) return typed;
  throw new UsageError(
    `--name takes at most ${MOST_CHARACTERS} letters, digits and -, not "${typed}"`,
  );
}

function ownName(): string {
  const name = userInfo().username.replace(/[^A-Za-z0-9-]+/g, '-');
  return name.slice(0, MOST_CHARACTERS);
}
