import { stdout } from 'node:process';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawColumns } from '../../bin/floodgate/terminal/columns.ts';

test('a colour takes no room in a column', () => {
  const rows = [
    ['\u001b[31mno\u001b[39m', 'x'],
    ['never', 'y'],
  ];

  expect(drawColumns(['how', 'what'], rows, stdout).slice(1)).toEqual([
    '\u001b[31mno\u001b[39m     x',
    'never  y',
  ]);
});

describe('on a narrow terminal', () => {
  const terminal = (columns: number) => Object.assign(new PassThrough(), { columns });
  const rows = [
    ['bot', 'failing', 'every message of everybody', 'sub_3q2-7wAAAAAAAAAAAAAAAA'],
    ['a crm of ours', 'active', 'choices', 'sub_4q2-7wAAAAAAAAAAAAAAAA'],
  ];
  const headings = ['NAME', 'STATE', 'WANTS', 'ID'];

  test('a text goes on below itself, between words', () => {
    expect(drawColumns(headings, rows, terminal(60))).toEqual([
      'NAME        STATE    WANTS        ID',
      'bot         failing  every        sub_3q2-7wAAAAAAAAAAAAAAAA',
      '                     message of',
      '                     everybody',
      'a crm of    active   choices      sub_4q2-7wAAAAAAAAAAAAAAAA',
      'ours',
    ]);
  });

  test('a row is a block where not even whole words fit side by side', () => {
    expect(drawColumns(headings, rows, terminal(40)).slice(0, 6)).toEqual([
      'NAME   bot',
      'STATE  failing',
      'WANTS  every message of everybody',
      'ID     sub_3q2-7wAAAAAAAAAAAAAAAA',
      '',
      'NAME   a crm of ours',
    ]);
  });

  test('no line is wider than it, and no word is cut, whatever is in the cells', () => {
    const cell = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 30, max: 90 }),
        (words, columns) => {
          const texts = words.map((row) => row.map((one) => one.join(' ')));
          const lines = drawColumns(headings, texts, terminal(columns));

          expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
          const drawn = lines.flatMap((line) => line.split(/ +/));
          for (const word of words.flat(2)) expect(drawn).toContain(word);
        },
      ),
    );
  });

  test('what goes to no terminal stays a line a row', () => {
    expect(drawColumns(headings, rows, new PassThrough())).toHaveLength(3);
  });
});
