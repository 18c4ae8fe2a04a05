import { UsageError } from '../terminal/command.ts';
import type { Typed } from '../terminal/declare.ts';
import { flag, JSON_OPTION, STACK_OPTION, text, under, type Values } from '../terminal/options.ts';

const options = {
  ...under('Whom:', {
    channel: text('ID', 'phone number id, or session'),
    contact: text('NAME', 'phone number, BSUID, LID, or id of a group chat'),
    pending: flag('all whose rows are forgotten and the rest is not'),
  }),
  ...under('How:', {
    why: text('TEXT', 'goes on the record, with who and when; without a name, please'),
    yes: flag('it cannot be undone'),
    'dry-run': flag('only say what there is'),
  }),
  ...STACK_OPTION,
  ...JSON_OPTION,
} as const;

export const FORGET = {
  about: `Forgets a person: what they wrote, what was sent to them and what became of it, and their names, under all names that are known to be theirs. A time in which their number was somebody else's is left alone.

In the table go their rows, with payloads and files in S3; keys stay until they expire, so that what the provider delivers again does not bring them back. In the archive go their lines, out of all objects; all of it is read, since names are told by it too. And so goes what is theirs among dead letters, changes of the table set aside, and deliveries that an earlier release put aside.`,
  options,
  notes: `DELETE /v1/channels/{channel}/contacts/{contact} does what is in the table. --pending does the rest for all who were asked for that way; so does --contact, since the archive is read anyway. What waits in the queues of subscribers for longer than ten minutes is dropped when its turn comes. Copies elsewhere stay.

Ctrl-C stops in good order. It can be run again at any time, and goes on with what is left. Exit code: 0 if all is forgotten, 1 if not (run it again), 2 for a wrong command line.`,
  examples: [
    'npx floodgate forget --channel 106540352242922 --contact 5215550001111 --dry-run',
    'npx floodgate forget --stack Floodgate-production --channel shop \\\n--contact 5215550001111 --why "request 17" --yes',
    'npx floodgate forget --stack Floodgate-production --pending \\\n--why "requests of the week" --yes --json',
  ],
  docs: ['privacy.md'],
} as const;

/** Somebody's name on a channel. */
export interface NamedContact {
  readonly channel: string;
  readonly contact: string;
}

export interface ForgetOptions {
  /** Undefined for the local one. */
  readonly stack: string | undefined;
  /** Undefined where only what is pending is meant. */
  readonly who: NamedContact | undefined;
  readonly why: string;
  readonly isDryRun: boolean;
  readonly isJson: boolean;
}

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readForgetOptions({ values }: Typed<typeof options>): ForgetOptions {
  const { stack, why = '', yes, json: isJson, 'dry-run': isDryRun } = values;
  const who = readWho(values);
  const missing = [
    ...missingWho(values),
    ...(isDryRun || why.trim() !== '' ? [] : ['--why TEXT, for the record']),
    ...(isDryRun || yes ? [] : ['--yes, since what is forgotten is gone (--dry-run shows it)']),
  ];
  if (missing.length > 0) throw new UsageError(`forget takes ${missing.join('; ')}`);
  return { stack, who, why, isDryRun, isJson };
}

function missingWho({ pending, channel, contact }: Values<typeof options>): readonly string[] {
  if (pending) return [];
  return [
    ...(channel ? [] : ['--channel ID, a phone number id or a session']),
    ...(contact ? [] : ['--contact NAME, whom to forget, or --pending']),
  ];
}

function readWho({ pending, channel, contact }: Values<typeof options>): NamedContact | undefined {
  if (pending) {
    if (!channel && !contact) return undefined;
    throw new UsageError(
      '--pending means all who were asked for: it takes no --channel or --contact',
    );
  }
  return { channel: channel ?? '', contact: contact ?? '' };
}
