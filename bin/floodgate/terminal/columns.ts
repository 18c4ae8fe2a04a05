import { styleText } from 'node:util';

const GAP = 2;

/**
 * A table for people: dim headings, columns as wide as they need to be.
 *
 * On a terminal too narrow for that, texts go on below themselves, between words; where even that is too wide, each row is
 * a block of its own, a line for each column.
 */
export function drawColumns(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  stream: NodeJS.WritableStream,
): string[] {
  const room = widthOf(stream);
  const cells = [headings, ...rows];
  const widths = headings.map((_, column) => widest(cells.map((row) => row[column])));
  const least = headings.map((_, column) =>
    widest(cells.flatMap((row) => (row[column] ?? '').split(' '))),
  );
  if (widthTogether(least) > room) return drawBlocks(headings, rows, room, stream);
  const [head = [], ...body] = cells.map((row) => drawRow(row, fitted(widths, least, room)));
  return [...head.map((line) => styleText('dim', line, { stream })), ...body.flat()];
}

/** Of texts that may be too many for the arguments of one call. */
function widest(texts: readonly (string | undefined)[]): number {
  return texts.reduce((most, text) => Math.max(most, width(text)), 0);
}

/** Of a terminal; what goes elsewhere may be as wide as it needs to be. */
function widthOf(stream: NodeJS.WritableStream): number {
  const columns = 'columns' in stream && typeof stream.columns === 'number' ? stream.columns : 0;
  return columns > 0 ? columns : Number.POSITIVE_INFINITY;
}

function widthTogether(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one, GAP * (widths.length - 1));
}

/** Takes from the widest column what is too much, but no word apart. */
function fitted(widths: readonly number[], least: readonly number[], room: number): number[] {
  const fit = [...widths];
  while (widthTogether(fit) > room) {
    const spare = fit.map((one, column) => (one > (least[column] ?? 0) ? one : 0));
    const widest = spare.indexOf(Math.max(...spare));
    fit[widest] = (fit[widest] ?? 0) - 1;
  }
  return fit;
}

/** A row, of as many lines as its longest text. */
function drawRow(row: readonly string[], widths: readonly number[]): string[] {
  const texts = widths.map((one, column) => wrapped(row[column] ?? '', one));
  const height = Math.max(...texts.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    texts
      .map((lines, column) => padded(lines[line] ?? '', widths[column] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

function drawBlocks(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  room: number,
  stream: NodeJS.WritableStream,
): string[] {
  const label = Math.max(...headings.map(width)) + GAP;
  return rows.flatMap((row, index) => {
    const lines = headings.flatMap((heading, column) => {
      const [first = '', ...others] = wrapped(row[column] ?? '', room - label);
      if (first === '') return [];
      const start = styleText('dim', padded(heading, label), { stream });
      return [start + first, ...others.map((line) => ' '.repeat(label) + line)];
    });
    return index === 0 ? lines : ['', ...lines];
  });
}

/** Lines of whole words; a word that is longer than a line is one of its own. */
function wrapped(text: string, room: number): string[] {
  const lines: string[][] = [];
  let used = 0;
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    const wanted = used + 1 + width(word);
    if (line === undefined || wanted > room) {
      lines.push([word]);
      used = width(word);
    } else {
      line.push(word);
      used = wanted;
    }
  }
  return lines.map((words) => words.join(' '));
}

function padded(text: string, room: number): string {
  return text + ' '.repeat(Math.max(room - width(text), 0));
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
