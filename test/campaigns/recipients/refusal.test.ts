import { describe, expect, test } from 'vitest';
import { refusalLine } from '../../../lambda/campaigns/recipients/refusal.ts';

function cellOf(cell: string): string {
  const [, , shown] = /^2,phone,("(?:[^"]|"")*"|[^,]*),/.exec(lineOf(cell)) ?? [];
  return shown ?? lineOf(cell).split(',')[2] ?? '';
}

function lineOf(cell: string): string {
  return refusalLine({ row: 2, column: 'phone', cell, reason: 'no_number' });
}

describe('a line of the list of refusals', () => {
  test.each(['=1+1', '+52', '-1', '@SUM(A1)', '\t=1', ' =1'])(
    'has nothing that a spreadsheet runs: %j',
    (cell) => {
      expect(lineOf(cell)).toMatch(/^2,phone,"'/);
    },
  );

  test('quotes what would end its cell, and drops what steers', () => {
    expect(lineOf('a,"b"\r\nc\u001b')).toContain('"a,""b""c"');
    expect(cellOf('5.2E+12')).not.toBe('');
  });

  test('is no longer than a line wants to be', () => {
    expect(lineOf('x'.repeat(90_000)).length).toBeLessThan(400);
  });
});
