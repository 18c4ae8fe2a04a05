import { describe, expect, test } from 'vitest';
import { anchorOf, blocksOf, codeOf, linksOf, sentencesOf } from './markdown.ts';

const sentences = (markdown: string) => blocksOf(markdown).flatMap(sentencesOf);
const texts = (markdown: string) => sentences(markdown).map(({ text }) => text);

describe('the prose of a document', () => {
  test('is parted into headings, paragraphs, items and cells, each with its line', () => {
    const markdown = '# One\n\nTwo\ntwo.\n- three\n  three\n1. four\n\n| a | b |\n| --- | --- |\n';
    expect(blocksOf(markdown)).toEqual([
      { kind: 'heading', line: 1, text: 'One' },
      { kind: 'paragraph', line: 3, text: 'Two\ntwo.' },
      { kind: 'item', line: 5, text: 'three\nthree' },
      { kind: 'item', line: 7, text: 'four' },
      { kind: 'cell', line: 9, text: 'a' },
      { kind: 'cell', line: 9, text: 'b' },
    ]);
  });

  test('has nothing of what stands between fences, and begins anew behind them', () => {
    expect(texts('Run:\n```sh\n# A. B\n\n- c\n```\nThen wait')).toEqual(['Run:', 'Then wait']);
  });

  test('has one cell where a bar stands in code or behind a backslash', () => {
    expect(blocksOf('| `a | b` | c \\| d |').map(({ text }) => text)).toEqual([
      '`a | b`',
      'c \\| d',
    ]);
  });
});

describe('a sentence', () => {
  test.each([
    ['One. Two? (Three.) Four', ['One.', 'Two?', '(Three.)', 'Four']],
    ['It costs $0.35. 20 do more. $7 a day', ['It costs $0.35.', '20 do more.', '$7 a day']],
    ['Take one, e.g. Meta, or a few. `b` too', ['Take one, e.g. Meta, or a few.', '`b` too']],
    ['See `a. B` at https://a.example/b.C now', ['See `a. B` at https://a.example/b.C now']],
    ['**Bold.** [A link. Two](x.md) ends', ['**Bold.**', 'A link.', 'Two ends']],
    ['Version 1.5 of node.js. it goes on', ['Version 1.5 of node.js. it goes on']],
  ])('of %s ends where it does', (markdown, expected) => {
    expect(texts(markdown)).toEqual(expected);
  });

  test('begins on its own line, also behind code that is wrapped', () => {
    const begins = sentences('One `a\nb` is\nthis. Two\nis that. Three').map(({ line }) => line);
    expect(begins).toEqual([1, 3, 4]);
  });

  test('has as many words as it has things with a letter or a digit', () => {
    expect(sentences('`a b c` = **two** – 3 × [four five](a.md)')).toMatchObject([{ words: 5 }]);
  });
});

test('links and code are read apart', () => {
  const [block = never()] = blocksOf('[a](b.md#c) and `[d](e.md)`, [`f`](g.ts)');
  expect(linksOf(block)).toEqual(['b.md#c', 'g.ts']);
  expect(codeOf(block)).toEqual(['[d](e.md)', 'f']);
});

test('an anchor is made as GitHub makes it', () => {
  expect(anchorOf('A new `account`: what, then?')).toBe('a-new-account-what-then');
});

function never(): never {
  throw new Error('nothing was read');
}
