import { styleText } from 'node:util';

/** A table for people: dim headings, columns as wide as they need to be. */
export function drawColumns(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  stream: NodeJS.WritableStream,
): string[] {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => width(row[column]))),
  );
  const align = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max((widths[column] ?? 0) - width(cell), 0)))
      .join('  ')
      .trimEnd();
  return [styleText('dim', align(headings), { stream }), ...rows.map(align)];
}

/** As `styleText` writes them. What Node.js offers for it takes ever longer for what others wrote. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const COLOUR = /\u001b\[\d+m/g;

/** Without the colours. */
function width(cell = ''): number {
  return cell.replace(COLOUR, '').length;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A time in the largest unit of which there are two. */
export function span(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, size]) => ms >= 2 * size) ?? ['s', 1_000];
  return `${Math.max(Math.floor(ms / unitMs), 0)} ${unit}`;
}
