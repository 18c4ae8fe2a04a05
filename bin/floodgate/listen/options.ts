import { userInfo } from 'node:os';
import { definedOf, FILTER_OPTIONS, readFilter } from '../subscriber/filter-options.ts';
import { UsageError } from '../terminal/command.ts';
import type { Typed } from '../terminal/declare.ts';
import { readUrl } from '../terminal/option-values.ts';
import { flag, JSON_OPTION, STACK_OPTION, text, under } from '../terminal/options.ts';

const options = {
  ...under('Where to:', {
    forward: text(
      'URL',
      'where to post events, such as http://localhost:8080/hook; an answer of 2xx takes one, after any other it is posted again, and those of its contact wait',
    ),
    name: text(
      'NAME',
      'letters, digits and -, at most 24; the same name goes on where it ended, so no two listen by one at the same time',
      'your user name',
    ),
    tenant: text('NAME', 'whose events; for who sees all tenants, others get their own', 'default'),
    remove: flag('drop the queue of that name, and what waits in it'),
  }),
  ...FILTER_OPTIONS,
  ...under('How:', {
    format: text(
      'NAME',
      "standard: events of Floodgate's own, signed as Standard Webhooks says; provider: the webhook as Meta or WasenderApi sends it, signed as they sign",
      'standard',
    ),
    verbose: flag('show the events whole; without it a line says who said what: Ana: choice Yes'),
  }),
  ...STACK_OPTION,
  ...JSON_OPTION,
} as const;

export const LISTEN = {
  about:
    'Brings the events of a stack to a server on your machine, without a public address: into a queue of your own, and from there to your server, the events of each contact in order. What comes while you are away, or your server is, waits in the queue for a day. After a day in which nobody listened the stack sends it nothing more; the next start makes it anew, and says so.',
  options,
  notes:
    'With --json it prints the listener, and then each try, one object a line. Which events it wants stays as it was, where a later start does not say it. Ctrl-C ends it, and what comes then waits, for a day. Exit code: 0 if it was ended so or removed what it should, 1 if not, 2 for a wrong command line.',
  examples: [
    'npx floodgate listen --forward http://localhost:8080/hook',
    'npx floodgate listen --forward http://localhost:8080/hook \\\n--stack Floodgate-production --kind message',
    'npx floodgate listen --forward http://localhost:3000/meta --format provider \\\n--name old-bot',
    'npx floodgate listen --forward http://localhost:8080/hook --tenant acme --name acme',
    'npx floodgate listen --remove --name old-bot',
  ],
  docs: ['delivering.md', 'events.md'],
} as const;

export type ListenTyped = Typed<typeof options>;

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

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readListenOptions({ values }: ListenTyped): ListenOptions {
  const { forward, name, tenant, format, stack, remove, verbose, json } = values;
  const wishes = definedOf({ tenant, format, filter: readFilter(values) });
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

/** The user's, in the characters that a name may have. */
export function ownName(): string {
  const name = userInfo().username.replace(/[^A-Za-z0-9-]+/g, '-');
  return name.slice(0, MOST_CHARACTERS);
}
