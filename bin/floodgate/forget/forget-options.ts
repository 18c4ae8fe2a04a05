import { UsageError } from '../command.ts';
import { parseCommandLine } from '../command-line.ts';

const options = {
  stack: { type: 'string' },
  channel: { type: 'string' },
  contact: { type: 'string' },
  why: { type: 'string' },
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

export interface ForgetOptions {
  /** Undefined for the local one. */
  readonly stack: string | undefined;
  readonly channel: string;
  readonly contact: string;
  readonly why: string;
  readonly isJson: boolean;
}

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readForgetOptions(args: readonly string[]): ForgetOptions {
  const { values } = parseCommandLine(args, { options });
  const { stack, channel, contact, why, yes, json } = values;
  if (!channel) throw new UsageError('forget takes --channel ID, a phone number id or a session');
  if (!contact) throw new UsageError('forget takes --contact NAME, whom to forget');
  if (!why) throw new UsageError('forget takes --why TEXT, for the record');
  if (!yes) throw new UsageError('what is forgotten is gone: say --yes');
  return { stack, channel, contact, why, isJson: json };
}
