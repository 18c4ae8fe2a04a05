import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { ChartLine } from '../../answers.ts';
import { minuteText } from '../format.ts';

/** Colours of the lines by the names that the style has for them: told apart in light and dark, and without red and green. */
const COLOURS = ['--line-1', '--line-2', '--line-3', '--line-4', '--line-5', '--line-6'];

interface ChartProps {
  readonly title: string;
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
}

const HEIGHT = 150;

/** Lines over time. Its legend stands below as text. */
export function Chart({ title, times, lines }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const shape = lines.map(({ label }) => label).join('\n');
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const drawn = new uPlot(optionsOf(element, lines), dataOf(times, lines), element);
    chart.current = drawn;
    const watch = new ResizeObserver(() =>
      drawn.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    watch.observe(element);
    return () => {
      watch.disconnect();
      drawn.destroy();
      chart.current = undefined;
    };
    // Drawn anew where there are other lines; new points go into the same chart.
  }, [shape]);
  useEffect(() => chart.current?.setData(dataOf(times, lines)), [times, lines]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={box} role="img" aria-label={`${title}: ${lines.map(lastOf).join(', ')}`} />
      <ul class="legend">
        {lines.map((line, index) => (
          <li key={line.label}>
            <span class={`swatch line-${(index % COLOURS.length) + 1}`} aria-hidden="true" />
            {line.label}
          </li>
        ))}
      </ul>
    </figure>
  );
}

function lastOf({ label, points }: ChartLine): string {
  return `${label} ${points.findLast((value) => value !== null) ?? 'not measured'}`;
}

function dataOf(times: readonly number[], lines: readonly ChartLine[]): uPlot.AlignedData {
  return [[...times], ...lines.map(({ points }) => [...points])];
}

function clock(seconds: number): string {
  return minuteText(new Date(1000 * seconds).toISOString());
}

function optionsOf(element: HTMLElement, lines: readonly ChartLine[]): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--quiet'),
    grid: { stroke: colour('--edge'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui',
  };
  return {
    ...{ width: element.clientWidth, height: HEIGHT },
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(most, 1)] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map(clock), space: 70 },
      { ...axis, size: 44 },
    ],
    series: [
      {},
      ...lines.map(({ label }, index) => ({
        ...{ label, width: 1.5, spanGaps: true, points: { show: false } },
        stroke: colour(COLOURS[index % COLOURS.length] ?? ''),
      })),
    ],
  };
}
