import { styleText } from 'node:util';
import { catchUp } from './catch-up/catch-up.ts';
import { channel } from './channel/channel.ts';
import { deliveries } from './deliveries/deliveries.ts';
import { dlq } from './dlq/dlq.ts';
import { forget } from './forget/forget.ts';
import { listen } from './listen/listen.ts';
import { message } from './message/message.ts';
import { replay } from './replay/replay.ts';
import { send } from './send/send.ts';
import { subscriber } from './subscriber/subscriber.ts';
import { tenant } from './tenant/tenant.ts';
import {
  type Command,
  type Surroundings,
  UnavailableError,
  UsageError,
} from './terminal/command.ts';
import { whatsapp } from './whatsapp/whatsapp.ts';

const commands: Readonly<Record<string, Command>> = {
  'catch-up': catchUp,
  channel,
  deliveries,
  dlq,
  forget,
  listen,
  message,
  replay,
  send,
  subscriber,
  tenant,
  whatsapp,
};

const HELP = `Usage: npx floodgate <command> [options]

Commands:
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
  .join('\n')}

npx floodgate <command> --help describes a command.
`;

/**
 * Runs the command line. Returns the exit code.
 *
 * 0: done, and all is well; 1: done, and something is not; 2: the command line is wrong.
 */
export async function runFloodgate(
  [name, ...args]: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  if (name === undefined || name === 'help' || isHelp(name)) {
    surroundings.stdout.write(HELP);
    return name === undefined ? 2 : 0;
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) throw new UsageError(`there is no command "${name}"`);
    if (!args.some(isHelp)) return await command.run(args, surroundings);
    surroundings.stdout.write(command.help);
    return 0;
  } catch (error) {
    return explain(error, surroundings);
  }
}

function isHelp(text: string): boolean {
  return text === '--help' || text === '-h';
}

/** Tells the user what to mend. What is no mistake of theirs is thrown again. */
function explain(error: unknown, { stderr }: Surroundings): number {
  const isUsage = error instanceof UsageError;
  if (!isUsage && !(error instanceof UnavailableError)) throw error;
  const advice = isUsage ? '; try --help' : '';
  stderr.write(`${styleText('red', 'error', { stream: stderr })}: ${error.message}${advice}\n`);
  return isUsage ? 2 : 1;
}
