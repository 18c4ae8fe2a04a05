import type { CommanderError, Command as Declaration, Option } from 'commander';
import { UsageError } from './command.ts';

/** Thrown where help or the version was shown, and nothing is left to do. */
export class Shown extends Error {
  override readonly name = 'Shown';
}

/**
 * Has a command line that is wrong end in a `UsageError`, in one line.
 *
 * @param needs what is said where a word is missing
 */
export function refuseInOurWords(command: Declaration, needs?: string): void {
  command.exitOverride((error) => {
    if (error.exitCode === 0) throw new Shown();
    throw new UsageError(explain(error, command, needs), { cause: error });
  });
}

function explain(error: CommanderError, command: Declaration, needs: string | undefined): string {
  const [said, suggestion] = sentences(error.message);
  const [first] = command.args;
  switch (error.code) {
    case 'commander.missingArgument':
      return needs ?? said;
    case 'commander.excessArguments':
      return excess(command);
    case 'commander.unknownOption':
      return ofAnother(command, said) ?? said + suggestion;
    case 'commander.help':
      return `${takes(command)}, not nothing`;
    case 'commander.unknownCommand':
      return command.parent === null
        ? `there is no command "${first}"${suggestion}`
        : `${takes(command)}, not "${first}"${suggestion}`;
    default:
      return said + suggestion;
  }
}

/** Who has typed its name elsewhere types it here too. */
const SUBSCRIBER = '--subscriber';

function excess(command: Declaration): string {
  const { args, parent, registeredArguments } = command;
  const typed = args[registeredArguments.length];
  // An action that nobody typed is no help to whoever mistyped one.
  const isImplied = parent !== null && parent.parent !== null && parent.args[0] !== command.name();
  if (!isImplied) return `unexpected argument '${typed}'`;
  const takesOne = command.options.some(({ long }) => long === SUBSCRIBER);
  const meant = takesOne ? `; did you mean ${SUBSCRIBER} ${typed}?` : '';
  return `${takes(parent)}, not "${typed}"${meant}`;
}

/** Where it is an option of another action: of a command line that is nearly right. */
function ofAnother(command: Declaration, said: string): string | undefined {
  const option = /'(.*)'/.exec(said)?.[1];
  const others = command.parent?.commands ?? [];
  const isKnown = others.some(({ options }) => options.some(({ long }) => long === option));
  return isKnown ? `${command.name()} takes no ${option}` : undefined;
}

/** Commander's own: what is wrong, and in brackets what may have been meant. */
function sentences(message: string): [said: string, suggestion: string] {
  const [said = '', meant = ''] = message
    .replace(/^error: /, '')
    .replace(/\.$/, '')
    .split('\n');
  const suggestion = /^\(Did you mean (?:one of )?(.*)\?\)$/.exec(meant)?.[1];
  return [said, suggestion === undefined ? '' : `; did you mean ${suggestion}?`];
}

function takes(command: Declaration): string {
  const names = command.commands.map((one) => one.name());
  return `${command.name()} takes ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** Commander takes whatever follows for the value, be it the next option: `--why --yes`. */
export function refuseSwallowed(command: Declaration, option: Option, value: string): void {
  if (!command.options.some(({ long }) => long === value)) return;
  throw new UsageError(`option '${option.flags}' argument missing`);
}
