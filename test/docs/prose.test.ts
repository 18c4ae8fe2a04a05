import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { anchorOf, type Block, blocksOf, codeOf, linksOf, sentencesOf } from './markdown.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What is read from top to bottom. */
const PROSE = [...['README.md', 'CONTRIBUTING.md'], ...globSync('docs/*.md', { cwd: ROOT })];
const DECISIONS = globSync('docs/adr/*.md', { cwd: ROOT });
const ALL = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT });

const MOST_WORDS = 30;
const MOST_SENTENCES_OF_A_CELL = 2;
const MOST_LINES_OF_THE_README = 150;

const ALARM_LINES = ['What it means', 'What it costs', 'Look here', 'Do this'];

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const quoted = (text: string) => JSON.stringify(text);

describe.each(PROSE)('%s', (file) => {
  const blocks = blocksOf(read(file));

  test(`has no sentence of more than ${MOST_WORDS} words`, () => {
    const long = blocks.flatMap(sentencesOf).filter(({ words }) => words > MOST_WORDS);
    expect(
      long.map(({ line, words, text }) => `${file}:${line}: ${words} words: ${quoted(text)}`),
    ).toEqual([]);
  });

  test(`has no cell of more than ${MOST_SENTENCES_OF_A_CELL} sentences`, () => {
    const full = blocks
      .filter(({ kind }) => kind === 'cell')
      .map((cell) => ({ ...cell, sentences: sentencesOf(cell).length }))
      .filter(({ sentences }) => sentences > MOST_SENTENCES_OF_A_CELL);
    expect(
      full.map(
        ({ line, sentences, text }) => `${file}:${line}: ${sentences} sentences: ${quoted(text)}`,
      ),
    ).toEqual([]);
  });

  test('names files of the repository by their whole path, and none that is not there', () => {
    const missing = blocks.flatMap((block) =>
      codeOf(block)
        .filter((code) => isPath(code) && !existsSync(path.join(ROOT, code)))
        .map((code) => `${file}:${block.line}: ${code}`),
    );
    expect(missing).toEqual([]);
  });
});

test.each(DECISIONS)('%s names no file that is not there by its whole path', (file) => {
  const missing = blocksOf(read(file)).flatMap((block) =>
    codeOf(block).filter(
      (code) => code.includes('/') && isPath(code) && !existsSync(path.join(ROOT, code)),
    ),
  );
  expect(missing).toEqual([]);
});

/** A name of a source file, or what begins with a folder of sources. */
function isPath(code: string): boolean {
  return (
    /^[\w./-]+\.ts$/.test(code) || /^(?:bench|bin|docs|lambda|lib|local|test)\/[\w./-]*$/.test(code)
  );
}

test(`README.md has at most ${MOST_LINES_OF_THE_README} lines`, () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(
    MOST_LINES_OF_THE_README,
  );
});

describe('links', () => {
  test.each(ALL)('of %s lead to what is there', (file) => {
    const broken = blocksOf(read(file)).flatMap((block) =>
      linksOf(block)
        .filter((target) => !target.startsWith('http') && !resolves(file, target))
        .map((target) => `${file}:${block.line}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test('of the table of contents lead to every guide, and to the decisions', () => {
    const contents = blocksOf(read('docs/README.md')).flatMap(linksOf);
    const guides = globSync('docs/*.md', { cwd: ROOT }).map((guide) => path.basename(guide));
    expect([...guides, 'adr'].filter((name) => !contents.includes(name))).toEqual(['README.md']);
  });
});

function resolves(from: string, target: string): boolean {
  const [link = '', anchor] = target.split('#');
  const file = link === '' ? from : path.join(path.dirname(from), link);
  if (!existsSync(path.join(ROOT, file))) return false;
  return anchor === undefined || anchorsOf(file).includes(anchor);
}

function anchorsOf(file: string): string[] {
  return headingsOf(blocksOf(read(file))).map(({ text }) => anchorOf(text));
}

function headingsOf(blocks: readonly Block[]): Block[] {
  return blocks.filter(({ kind }) => kind === 'heading');
}

describe('the runbook', () => {
  const blocks = blocksOf(read('docs/runbook.md'));
  const isAlarm = ({ kind, text }: Block) => kind === 'heading' && /^[A-Z]\w+[A-Z]\w+$/.test(text);
  const alarms = blocks.filter(isAlarm);
  const placed = ({ line, text }: Block) => `docs/runbook.md:${line}: ${text}`;

  test('begins the section of each alarm with the same four lines', () => {
    const others = alarms.filter((alarm) => {
      const after = blocks.indexOf(alarm) + 1;
      const first = blocks.slice(after, after + ALARM_LINES.length);
      return !ALARM_LINES.every((line, index) => isItem(first[index], `**${line}**`));
    });
    expect(others.map(placed)).toEqual([]);
  });

  test('leads to each of them from its index of symptoms', () => {
    const symptoms = headingsOf(blocks).findIndex(({ text }) => text === 'What do you see?');
    const [from, to] = headingsOf(blocks).slice(symptoms, symptoms + 2);
    const index = blocks.filter(
      ({ line }) => line > (from?.line ?? Number.MAX_VALUE) && line < (to?.line ?? 0),
    );
    const linked = index.flatMap(linksOf);
    expect(alarms.length).toBeGreaterThan(0);
    const unlinked = alarms.filter(({ text }) => !linked.includes(`#${anchorOf(text)}`));
    expect(unlinked.map(placed)).toEqual([]);
  });
});

function isItem(block: Block | undefined, beginning: string): boolean {
  return block?.kind === 'item' && block.text.startsWith(beginning);
}
