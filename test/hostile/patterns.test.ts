import { describe, expect, test } from 'vitest';
import { cpuMicroseconds, growth, textsOf, tooMuch } from './growth.ts';
import { SHAPES, textsFor } from './hostile-texts.ts';
import { sources } from './lambda-sources.ts';
import { regexLiterals } from './regex-literals.ts';
import { inTurns } from './runs.ts';

/** Every regular expression of functions, local stack and commands, by where it stands. */
const patterns = sources('lambda', 'local', 'bin').flatMap(({ file, source: code }) =>
  regexLiterals(code).map(({ source, flags, line }) => {
    const pattern = new RegExp(source, flags);
    return { name: `${file}:${line} ${pattern}`, pattern, run: through(pattern) };
  }),
);

/** Whatever it is used for, it looks through a text as it does here. */
function through(pattern: RegExp) {
  return (text: string) => text.replace(pattern, '');
}

describe('every pattern takes time by the length of a text, whatever it is', () => {
  test.each(
    Object.entries(SHAPES).map(([name, shape], n) => [name, shape, inTurns(n, patterns)] as const),
  )('of %s', { timeout: 120_000 }, (_, shape, readers) => {
    const texts = textsOf(shape);
    expect(readers.flatMap(({ name, run }) => tooMuch(name, growth(run, texts)))).toEqual([]);
  });

  test('of what it names itself', { timeout: 120_000 }, () => {
    const slow = patterns.flatMap(({ name, pattern, run }, n) => {
      const text = inTurns(n, textsFor(pattern)).find(
        (one) => cpuMicroseconds(run, one) > 1_000_000,
      );
      return text === undefined ? [] : [`${name} of ${JSON.stringify(text.slice(0, 30))}`];
    });
    expect(slow).toEqual([]);
  });
});

test('patterns stand in the sources: none is put together from text', () => {
  const made = sources('lambda').filter(({ source }) => /\bRegExp\(/.test(source));
  expect(made.map(({ file }) => file)).toEqual([]);
});

describe('a slow pattern is noticed', () => {
  const texts = Object.values(SHAPES).map((shape) => textsOf(shape).short);

  test.each([/\S*@\S*/g, /\s*;.*$/, /\s+$/, /(a+)+$/, /<b>(.*)<\/b>/, /^(\w+\s?)*$/])(
    '%s',
    { timeout: 60_000 },
    (pattern) => {
      const run = through(pattern);
      const isSlow = (text: string) => cpuMicroseconds(run, text, 500) === Number.POSITIVE_INFINITY;
      expect(textsFor(pattern).some(isSlow) || texts.some(isSlow)).toBe(true);
    },
  );
});

describe('patterns are found in a source', () => {
  test.each([
    ['const A = /a\\/b[/"]c/gu;', ['/a\\/b[/"]c/gu']],
    ["return /^'$/.test(x) ? a / b : c / d;", ["/^'$/"]],
    ['const ratio = (a + b) / c / d[0] / e;', []],
    ["const url = 'https://a/b/c'; // no /pattern/", []],
    ['/* no /pattern/ */ const A =\n  /a/;', ['/a/']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a template.
    ['const text = `a/b/${x.replace(/c/, `/${{ a: 1 }.a}/`)}/d/`.split(/e/);', ['/c/', '/e/']],
    ["import type { A } from './b/c.ts';\nlist.map((x) => /a/.test(x));", ['/a/']],
    ['#!/usr/bin/env node\nconst [a = /b/] = [];', ['/b/']],
  ])('%s', (code, expected) => {
    const found = regexLiterals(code).map(({ source, flags }) => `/${source}/${flags}`);
    expect(found).toEqual(expected);
  });
});
