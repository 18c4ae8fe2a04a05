import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.ts';

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
