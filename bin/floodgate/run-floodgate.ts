import { styleText } from 'node:util';
import { Command as Declaration } from 'commander';
import { COMMANDS, type Listed } from './commands.ts';
import { type Surroundings, UnavailableError, UsageError } from './terminal/command.ts';
import { drawParagraphs, helpConfiguration } from './terminal/help.ts';
import { refuseInOurWords, Shown } from './terminal/refusals.ts';

const ABOUT =
  'Operates Floodgate, which takes in WhatsApp webhooks: nothing lost, nothing doubled, in order.';

const HELP = 'Help:';

const COMPLETION = 'completion';
const COMPLETION_SUMMARY =
  'print what has zsh, bash, fish or powershell complete the command floodgate';

const RULES = `With --json a command prints JSON on stdout and nothing else: one object, or one a line where it goes on for a while. Errors go to stderr.

Exit code: 0 if it is done and all is well, 1 if not, 2 for a wrong command line. npx floodgate help <command> describes a command. Read on: docs/README.md`;

/**
 * Runs the command line. Returns the exit code.
 *
 * 0: done, and all is well; 1: done, and something is not; 2: the command line is wrong.
 */
export async function runFloodgate(
  typed: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const args = helpLast(typed);
  let exitCode = 0;
  try {
    const program = await programOf(args, surroundings);
    await addCommands(program, args, surroundings, (code) => {
      exitCode = code;
    });
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof Shown) return typed.length === 0 ? 2 : 0;
    return explain(error, surroundings);
  }
}

/** `help send` is `send --help`, and no word at all is a wish for help. */
function helpLast([first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return ['--help'];
  if (first !== 'help') return [first, ...rest];
  const [name] = rest;
  const isKnown = COMMANDS.some((one) => one.name === name);
  return name === undefined || isKnown ? [...rest, '--help'] : [...rest];
}

async function programOf(
  [first]: readonly string[],
  surroundings: Surroundings,
): Promise<Declaration> {
  const { stdout } = surroundings;
  const program = new Declaration('floodgate');
  program
    .description(ABOUT)
    .usage('<command> [options]')
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: () => undefined })
    .configureHelp(helpConfiguration(surroundings))
    .helpOption('-h, --help', 'describe it')
    .commandsGroup(HELP)
    .helpCommand('help [command]', 'describe a command')
    .addHelpText('after', () => `\n${drawParagraphs(RULES, program)}`);
  if (first === '-V' || first === '--version') program.version(await version(), ...VERSION);
  else program.option(...VERSION);
  refuseInOurWords(program);
  return program;
}

const VERSION = ['-V, --version', 'print the version'] as const;

async function version(): Promise<string> {
  const { default: json } = await import('../../package.json', { with: { type: 'json' } });
  return json.version;
}

async function addCommands(
  program: Declaration,
  args: readonly string[],
  surroundings: Surroundings,
  ended: (exitCode: number) => void,
): Promise<void> {
  const isCompleting = args[0] === COMPLETION || args[0] === 'complete';
  for (const listed of COMMANDS) {
    const declaration = program.command(listed.name).helpGroup(listed.group);
    const isMeant = isCompleting || args[0] === listed.name;
    if (isMeant) await describe(declaration, listed, surroundings, ended);
    else declaration.description(listed.summary);
  }
  if (isCompleting) {
    const { default: complete } = await import('@bomb.sh/tab/commander');
    complete(program, { completionCommandName: COMPLETION });
  } else {
    program.command(`${COMPLETION} <shell>`).description(COMPLETION_SUMMARY);
  }
}

async function describe(
  declaration: Declaration,
  { summary, load }: Listed,
  surroundings: Surroundings,
  ended: (exitCode: number) => void,
): Promise<void> {
  const command = await load();
  refuseInOurWords(declaration.summary(summary));
  command.attach(declaration, surroundings, ended);
}

/** Tells the user what to mend. What is no mistake of theirs is thrown again. */
function explain(error: unknown, { stderr }: Surroundings): number {
  const isUsage = error instanceof UsageError;
  if (!isUsage && !(error instanceof UnavailableError)) throw error;
  const advice = isUsage ? '; try --help' : '';
  stderr.write(`${styleText('red', 'error', { stream: stderr })}: ${error.message}${advice}\n`);
  return isUsage ? 2 : 1;
}
