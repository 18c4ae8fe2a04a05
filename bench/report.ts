import { type Breakdown, type Figure, isReached, type Measured } from './figure.ts';

/** All that was measured, for people. */
export function asText(measured: readonly Measured[]): string {
  const figures = measured.flatMap((one) => one.figures);
  const main: Breakdown = {
    title: '',
    columns: ['figure', 'value', 'must reach', ''],
    rows: figures.map((figure) => [
      figure.name,
      `${figure.value.toFixed(figure.digits)} ${figure.unit}`,
      mustReach(figure),
      verdict(figure),
    ]),
  };
  const tables = [
    ...(figures.length > 0 ? [main] : []),
    ...measured.flatMap(({ breakdowns = [] }) => breakdowns),
  ];
  return tables.map(asTable).join('\n');
}

/** All that was measured, for programs. */
export function asJson(measured: readonly Measured[], surroundings: object): string {
  const figures = measured
    .flatMap((one) => one.figures)
    .map((figure) => ({ ...figure, isReached: isReached(figure) }));
  const breakdowns = measured.flatMap((one) => one.breakdowns ?? []);
  return JSON.stringify({ ...surroundings, figures, breakdowns }, undefined, 2);
}

function mustReach({ mustReach: limit, digits, unit }: Figure): string {
  if (limit === undefined) return '';
  const [sign, value] = 'atMost' in limit ? ['≤', limit.atMost] : ['≥', limit.atLeast];
  return `${sign} ${value.toFixed(digits)} ${unit}`;
}

function verdict(figure: Figure): string {
  const reached = isReached(figure);
  if (reached === undefined) return '';
  return reached ? 'ok' : 'NOT';
}

/** The first column to the left, the others to the right. */
function asTable({ title, columns, rows }: Breakdown): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  const text = lines.map((line) =>
    widths
      .map((width, column) => {
        const cell = line[column] ?? '';
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return [...(title === '' ? [] : [title]), ...text, ''].join('\n');
}
