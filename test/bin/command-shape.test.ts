import { existsSync } from 'node:fs';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { Command as Declaration } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../bin/floodgate/commands.ts';
import { runFloodgate } from '../../bin/floodgate/run-floodgate.ts';
import { floodgate } from './command-line.ts';

const projectFolder = path.join(import.meta.dirname, '..', '..');

interface Known {
  readonly name: string;
  readonly declaration: Declaration;
  readonly examples: readonly string[];
  readonly docs: readonly string[];
}

const known: Known[] = [];

beforeAll(async () => {
  const stdout = new PassThrough();
  for (const { name, load } of COMMANDS) {
    const declaration = new Declaration(name);
    const command = await load();
    const surroundings = { stdin: Readable.from([]), stdout, stderr: stdout };
    command.attach(declaration, { ...surroundings, environment: {}, projectFolder }, () => {});
    known.push({ name, declaration, examples: command.examples, docs: command.docs });
  }
});

/** What is typed before options: the command, or each of its actions. */
function leaves(declaration: Declaration): readonly Declaration[] {
  return declaration.commands.length === 0 ? [declaration] : declaration.commands;
}

test('every command, and every action of it, answers programs with --json', () => {
  const without = known
    .flatMap(({ declaration }) => leaves(declaration))
    .filter(({ options }) => !options.some(({ long }) => long === '--json'));

  expect(without.map((one) => one.name())).toEqual([]);
});

test('every command says where to read on, in a document that is there', () => {
  for (const { name, docs } of known) {
    expect(docs, name).not.toEqual([]);
    for (const one of docs)
      expect(existsSync(path.join(projectFolder, 'docs', one)), one).toBe(true);
  }
});

test('every example names an action and options that are there', () => {
  const wrong = known.flatMap(({ declaration, examples }) =>
    examples.filter((example) => !isFitting(example, declaration)),
  );

  expect(known.every(({ examples }) => examples.length > 0)).toBe(true);
  expect(wrong).toEqual([]);
});

function isFitting(example: string, declaration: Declaration): boolean {
  const [, typed] = example.split(`npx floodgate ${declaration.name()}`);
  if (typed === undefined) return false;
  const [first = ''] = typed.trim().split(/\s/);
  const action = declaration.commands.find((one) => one.name() === first);
  // What is quoted may hold anything.
  const options = typed.replace(/"[^"]*"/g, '').match(/--[a-z-]+/g) ?? [];
  const candidates = action === undefined ? leaves(declaration) : [action];
  return candidates.some((one) =>
    options.every((option) => one.options.some(({ long }) => long === option)),
  );
}

test('no line of help for a terminal of 80 columns is longer than that, but for examples', async () => {
  for (const { name, declaration } of known) {
    const paths = declaration.commands.map((one) => [name, one.name()]);
    for (const words of [[name], ...paths]) {
      const { stdout } = await floodgate([...words, '--help']);
      const [body = ''] = stdout.split('\nExamples:');
      const long = body.split('\n').filter((line) => line.length > 80);
      expect(long, words.join(' ')).toEqual([]);
    }
  }
});

test('no line of help is wider than a terminal of 60 columns, but for examples and what has no space', async () => {
  const paths = known.flatMap(({ name, declaration }) => [
    [name],
    ...declaration.commands.map((one) => [name, one.name()]),
  ]);
  for (const words of [[], ...paths]) {
    const stdout = Object.assign(new PassThrough(), { columns: 60 });
    const surroundings = { stdin: Readable.from([]), stdout, stderr: stdout };
    await runFloodgate([...words, '--help'], { ...surroundings, environment: {}, projectFolder });
    const [body = ''] = String(stdout.read()).split('\nExamples:');
    const long = body.split('\n').filter((line) => line.length > 60);

    expect(long, words.join(' ')).toEqual([]);
  }
});

describe('help', () => {
  test.each(['send', 'subscriber', 'dlq'])('help %s is %s --help', async (name) => {
    const asked = await floodgate([name, '--help']);

    expect(await floodgate(['help', name])).toEqual(asked);
    expect(asked.stdout).toContain(`Usage: npx floodgate ${name} `);
  });

  test('is about one action, with its options and examples alone', async () => {
    const { stdout, exitCode } = await floodgate(['help', 'subscriber', 'remove']);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: npx floodgate subscriber remove [options] <WHO>');
    expect(stdout).toContain('--yes');
    expect(stdout).not.toContain('--retry-hours');
    expect(stdout).toMatch(/Examples:\n {2}npx floodgate subscriber remove bot --yes\n\nRead on: /);
  });

  test('groups the commands, and has them all', async () => {
    const { stdout } = await floodgate(['--help']);

    for (const { name, group, summary } of COMMANDS) {
      const [, ofGroup = ''] = stdout.split(`\n${group}\n`);
      const flat = (ofGroup.split('\n\n')[0] ?? '').replace(/\s+/g, ' ');
      expect(flat).toContain(`${name} ${summary}`);
    }
  });
});

describe('a command line that is nearly right', () => {
  test.each([
    [['sned'], 'there is no command "sned"; did you mean send?'],
    [
      ['dlq', 'redrive', '--reason', 'foo'],
      'malformed, refused-by-table, undeliverable, none, not',
    ],
    [['catch-up', '--from', '1h', '--until', '2h'], '--from must lie before --until'],
    [['catch-up', '--from', '12:00'], '--from takes a time such as 2026-11-01T12:00Z or, so long'],
    [['help', 'sned'], 'there is no command "sned"; did you mean send?'],
    [['subscriber', 'ad'], 'not "ad"; did you mean add?'],
    [['send', '--mesages', '5'], "unknown option '--mesages'; did you mean --messages?"],
    [['subscriber', 'show', 'bot', '--url', 'http://a'], 'show takes no --url'],
    [['deliveries', 'dorp', '--subscriber', 'bot'], 'deliveries takes list, show or drop'],
    [
      ['dlq', 'drop', '--all', '--why', '--yes'],
      "option '--why <TEXT>' argument missing; try --help",
    ],
  ])('%j is told what may have been meant', async (args, expected) => {
    const { exitCode, stdout, stderr } = await floodgate(args);

    expect(stderr).toContain(expected);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});
