import { UsageError } from '../terminal/command.ts';
import type { Typed } from '../terminal/declare.ts';
import { JSON_OPTION, STACK_OPTION, textOr, under } from '../terminal/options.ts';

const options = {
  ...under('Where:', { port: textOr('N', 'of this machine, where the page is served', '3100') }),
  ...STACK_OPTION,
  ...JSON_OPTION,
} as const;

export const CONSOLE = {
  about:
    'A page in your browser that shows how a stack fares: what flows, what waits, who is not well, what was said with whom, and the dead letters, with what can be done about each.',
  options,
  notes:
    'The local stack serves its page itself, and more of it: where it is, is all that is said without --stack. Of a stack in AWS it is served to this machine alone, by your credentials, until Ctrl-C. What it asks of AWS costs about a cent in ten minutes, while somebody looks. Who wants to see events as they flow has it listen: until Ctrl-C the stack then has one more subscriber.',
  examples: [
    'npx floodgate console',
    'npx floodgate console --stack Floodgate-production',
    'npx floodgate console --stack Floodgate-production --port 8000',
  ],
  docs: ['runbook.md'],
} as const;

export type ConsoleTyped = Typed<typeof options>;

export interface ConsoleOptions {
  /** Undefined for the local one. */
  readonly stack: string | undefined;
  readonly port: number;
  readonly isJson: boolean;
}

const MOST = 65_535;

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readConsoleOptions({ values }: ConsoleTyped): ConsoleOptions {
  const { stack, port: typed, json } = values;
  const port = /^\d{1,5}$/.test(typed) ? Number(typed) : MOST + 1;
  if (port > MOST) {
    throw new UsageError(
      `--port takes a number up to ${MOST}, or 0 for any free one, not "${typed}"`,
    );
  }
  return { stack, port, isJson: json };
}
