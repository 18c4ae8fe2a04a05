import { styleText } from 'node:util';
import { type Command as Declaration, Help, type HelpConfiguration } from 'commander';
import type { Surroundings } from './command.ts';

const WIDEST = 100;
const USUAL = 80;
/** Where less is left beside the names, a terminal would cut words apart all the same. */
const LEAST_WRAPPED = 20;

/** How wide a text for people may be. */
function widthOf(stream: NodeJS.WritableStream): number {
  const columns = 'columns' in stream && typeof stream.columns === 'number' ? stream.columns : 0;
  return columns > 0 ? Math.min(columns, WIDEST) : USUAL;
}

/** Help as Commander lays it out, with the command that works everywhere. */
export function helpConfiguration({ stdout }: Surroundings): HelpConfiguration {
  const plain = new Help();
  return {
    helpWidth: widthOf(stdout),
    minWidthToWrap: LEAST_WRAPPED,
    commandUsage: (command) => `npx ${plain.commandUsage(command)}`,
    subcommandTerm: (command) => [command.name(), ...words(command)].join(' '),
    styleTitle: (title) => styleText('bold', title, { stream: stdout }),
  };
}

function words(command: Declaration): string[] {
  return command.registeredArguments.map((one) => `<${one.name()}>`);
}

interface Footer {
  readonly notes?: string;
  readonly examples: readonly string[];
  readonly docs: readonly string[];
}

/** What follows the options: notes, the examples that fit, and where to read on. */
export function drawFooter({ notes, examples, docs }: Footer, command: Declaration): string {
  const fitting = examples.filter((one) => one.includes(`npx ${pathOf(command)}`));
  const parts = [
    ...(notes === undefined ? [] : [drawParagraphs(notes, command)]),
    ...(fitting.length > 0 ? [['Examples:', ...fitting.map(indented)].join('\n')] : []),
    `Read on: ${docs.map((name) => `docs/${name}`).join(', ')}`,
  ];
  return `\n${parts.join('\n\n')}`;
}

/** Texts with an empty line between them, as wide as help is. */
export function drawParagraphs(texts: string, command: Declaration): string {
  const { helpWidth = USUAL } = command.configureHelp();
  const help = new Help();
  return texts
    .split('\n\n')
    .map((paragraph) => help.boxWrap(paragraph, helpWidth))
    .join('\n\n');
}

function indented(example: string): string {
  return `  ${example.replaceAll('\n', '\n    ')}`;
}

/** Such as `floodgate subscriber add`. */
function pathOf(command: Declaration): string {
  const { parent } = command;
  return parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}
