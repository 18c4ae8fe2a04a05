import { Argument, type Command as Declaration, Option } from 'commander';
import type { Command, Surroundings } from './command.ts';
import { drawFooter } from './help.ts';
import type { OptionShape, OptionTable, Values } from './options.ts';
import { refuseInOurWords, refuseSwallowed } from './refusals.ts';

/** What stands on a command line without dashes: its name, and what it is. */
export type Word = readonly [name: string, says: string];

interface ActionShape<Table extends OptionTable> {
  /** One line for the list of actions. */
  readonly summary: string;
  readonly words?: readonly Word[];
  /** What is said where a word is missing. */
  readonly needs?: string;
  /** Those that it takes beside the options of all actions. */
  readonly options?: readonly (keyof Table & string)[];
  /** Whether it is meant where no action is typed. */
  readonly isDefault?: true;
}

/** What help says of a command, and the command line is read by. */
interface Shape<Table extends OptionTable> {
  /** What it does, in a few sentences. */
  readonly about: string;
  readonly options: Table;
  /** What does not fit elsewhere: paragraphs at the end. */
  readonly notes?: string;
  /** Command lines, from the name of the command on. */
  readonly examples: readonly string[];
  /** Where to read on, in `docs/`. */
  readonly docs: readonly string[];
}

interface OneShape<Table extends OptionTable> extends Shape<Table> {
  readonly words?: readonly Word[];
  readonly needs?: string;
}

interface ActionsShape<Table extends OptionTable, Action extends string> extends Shape<Table> {
  readonly actions: Readonly<Record<Action, ActionShape<Table>>>;
}

/** A command line, taken apart. */
export interface Typed<Table extends OptionTable> {
  readonly words: readonly string[];
  readonly values: Values<Table>;
}

/** The same, of a command that can do several things. */
export interface TypedAction<Table extends OptionTable, Action extends string>
  extends Typed<Table> {
  readonly action: Action;
}

/** What is done with what was typed. Returns the exit code. */
type Run<Input> = (typed: Input, surroundings: Surroundings) => Promise<number>;

/**
 * A command that does one thing, typed as `shape` says.
 *
 * @param load what it takes to do it, which help need not wait for
 */
export function oneCommand<Table extends OptionTable>(
  shape: OneShape<Table>,
  load: () => Promise<Run<Typed<Table>>>,
): Command {
  return {
    examples: shape.examples,
    docs: shape.docs,
    attach: (command, surroundings, ended) => {
      command.description(shape.about);
      attach(command, shape, Object.keys(shape.options), shape, async (typed) =>
        ended(await (await load())(typed, surroundings)),
      );
    },
  };
}

/** The same, of a command that takes one of several actions. */
export function actionsCommand<Table extends OptionTable, Action extends string>(
  shape: ActionsShape<Table, Action>,
  load: () => Promise<Run<TypedAction<Table, Action>>>,
): Command {
  const { actions, options } = shape;
  const names = actionsOf(actions);
  const ofSome = new Set<string>(names.flatMap((name) => actions[name].options ?? []));
  return {
    examples: shape.examples,
    docs: shape.docs,
    attach: (command, surroundings, ended) => {
      command.description(shape.about).helpCommand(false);
      command.addHelpText('after', () => drawFooter(shape, command));
      for (const action of names) {
        const one = actions[action];
        const isDefault = one.isDefault === true;
        const own = new Set<string>(one.options ?? []);
        const taken = Object.keys(options).filter((name) => own.has(name) || !ofSome.has(name));
        const declaration = command.command(action, { isDefault }).description(one.summary);
        attach(declaration, shape, taken, one, async (typed) =>
          ended(await (await load())({ action, ...typed }, surroundings)),
        );
      }
    },
  };
}

function attach<Table extends OptionTable>(
  command: Declaration,
  shape: Shape<Table>,
  options: readonly string[],
  { words = [], needs }: Pick<OneShape<Table>, 'words' | 'needs'>,
  run: (typed: Typed<Table>) => Promise<void>,
): void {
  for (const [name, says] of words) command.addArgument(new Argument(`<${name}>`, says));
  for (const name of options) addOption(command, name, shape.options[name]);
  refuseInOurWords(command, needs);
  command.addHelpText('after', () => drawFooter(shape, command));
  command.action(async () => {
    const values = { ...defaultsOf(shape.options), ...command.opts<Values<Table>>() };
    await run({ words: command.args, values });
  });
}

/** The actions that a table of them tells. */
function actionsOf<Action extends string>(table: Readonly<Record<Action, unknown>>): Action[] {
  return Object.keys(table).filter((word): word is Action => Object.hasOwn(table, word));
}

function defaultsOf(table: OptionTable): Record<string, string | false> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, shape]) =>
      shape.default === undefined ? [] : [[name, shape.default]],
    ),
  );
}

function addOption(command: Declaration, name: string, shape: OptionShape | undefined): void {
  if (shape === undefined) return;
  const option = new NamedOption(name, shape);
  option.argParser<string | readonly string[]>((value, before) => {
    refuseSwallowed(command, option, value);
    return shape.multiple === true ? [...(before ?? []), value] : value;
  });
  command.addOption(option);
}

/** Has the name by which it is typed, be it `no-token`, in what is read too. */
class NamedOption extends Option {
  readonly #name: string;

  constructor(name: string, { type, value, says, shown, default: byDefault, group }: OptionShape) {
    const known = shown ?? (byDefault === false ? undefined : byDefault);
    super(
      type === 'boolean' ? `--${name}` : `--${name} <${value}>`,
      known === undefined ? says : `${says} [${known}]`,
    );
    this.#name = name;
    this.negate = false;
    if (group !== undefined) this.helpGroup(group);
  }

  override attributeName(): string {
    return this.#name;
  }
}
