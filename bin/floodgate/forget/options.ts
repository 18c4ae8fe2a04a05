import { UsageError } from '../terminal/command.ts';
import { FLAG, parseCommandLine, TEXT } from '../terminal/command-line.ts';

const options = {
  stack: TEXT,
  channel: TEXT,
  contact: TEXT,
  pending: FLAG,
  why: TEXT,
  yes: FLAG,
  'dry-run': FLAG,
  json: FLAG,
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

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readForgetOptions(args: readonly string[]): ForgetOptions {
  const { values } = parseCommandLine(args, { options });
  const { stack, why = '', yes, json: isJson, 'dry-run': isDryRun } = values;
  const who = readWho(values);
  if (!isDryRun && why.trim() === '') {
    throw new UsageError('forget takes --why TEXT, for the record');
  }
  if (!isDryRun && !yes) {
    throw new UsageError('what is forgotten is gone: say --yes, or --dry-run to see what it is');
  }
  return { stack, who, why, isDryRun, isJson };
}

function readWho({
  pending,
  channel,
  contact,
}: {
  readonly pending: boolean;
  readonly channel?: string | undefined;
  readonly contact?: string | undefined;
}): NamedContact | undefined {
  if (pending) {
    if (!channel && !contact) return undefined;
    throw new UsageError(
      '--pending means all who were asked for: it takes no --channel or --contact',
    );
  }
  if (!channel) throw new UsageError('forget takes --channel ID, a phone number id or a session');
  if (!contact) throw new UsageError('forget takes --contact NAME, whom to forget, or --pending');
  return { channel, contact };
}
