import { stdout } from 'node:process';
import { expect, test } from 'vitest';
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
