import {
  type Metric,
  type MetricPoints,
  type MetricQuery,
  type MetricSpan,
  metricKey,
  periodsOf,
} from './metric.ts';

/** What was measured within a second, or a minute. */
interface Second {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** The first of them, for percentiles; undefined where there is one. */
  values: number[] | undefined;
}

/** Of a hundred metrics that change all the time this takes ten megabytes. */
const KEPT_SECONDS = 3_600;
/** Longer than any alarm looks back. */
const KEPT_MINUTES_SECONDS = 86_400;
const MOST_VALUES = 100;

/**
 * What the local stack measures of itself, as CloudWatch would of a deployed one. Kept in memory: each second for an
 * hour, each minute for a day.
 */
export class MetricStore {
  readonly #series = new Map<string, Map<number, Second>>();
  readonly #minutes = new Map<string, Map<number, Second>>();

  /** @param at in ms since 1970 */
  add(metric: Metric, value: number, at: number): void {
    const key = metricKey(metric);
    const series = this.#series.get(key) ?? new Map<number, Second>();
    this.#series.set(key, series);
    const second = Math.floor(at / 1000);
    const measured = series.get(second);
    if (measured === undefined) {
      series.set(second, { count: 1, sum: value, min: value, max: value, values: undefined });
      this.#foldBefore(key, series, second - KEPT_SECONDS);
      return;
    }
    measured.values ??= [measured.sum];
    if (measured.values.length < MOST_VALUES) measured.values.push(value);
    measured.count += 1;
    measured.sum += value;
    measured.min = Math.min(measured.min, value);
    measured.max = Math.max(measured.max, value);
  }

  read(query: MetricQuery, span: MetricSpan): MetricPoints {
    const periods: Second[][] = Array.from({ length: periodsOf(span) }, () => []);
    const key = metricKey(query);
    const kept = [...(this.#minutes.get(key) ?? []), ...(this.#series.get(key) ?? [])];
    for (const [second, measured] of kept) {
      const at = Math.floor((second * 1000 - span.from) / (1000 * span.periodSeconds));
      periods[at]?.push(measured);
    }
    return periods.map((seconds) =>
      seconds.length === 0 ? null : statisticOf(query.statistic, seconds),
    );
  }

  /** Seconds come in their order, so the oldest stand first. */
  #foldBefore(key: string, series: Map<number, Second>, first: number): void {
    for (const [second, measured] of series) {
      if (second >= first) return;
      series.delete(second);
      const minutes = this.#minutes.get(key) ?? new Map<number, Second>();
      this.#minutes.set(key, minutes);
      const minute = second - (second % 60);
      minutes.set(minute, together(minutes.get(minute), measured));
      forgetBefore(minutes, first - KEPT_MINUTES_SECONDS);
    }
  }
}

/** Of some hours ago nobody asks for percentiles. */
function together(one: Second | undefined, other: Second): Second {
  if (one === undefined) return { ...other, values: undefined };
  return {
    count: one.count + other.count,
    sum: one.sum + other.sum,
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
    values: undefined,
  };
}

function forgetBefore(series: Map<number, Second>, first: number): void {
  for (const at of series.keys()) {
    if (at >= first) return;
    series.delete(at);
  }
}

function statisticOf(statistic: string, seconds: readonly Second[]): number | null {
  const sum = seconds.reduce((total, one) => total + one.sum, 0);
  const count = seconds.reduce((total, one) => total + one.count, 0);
  switch (statistic) {
    case 'Sum':
      return sum;
    case 'SampleCount':
      return count;
    case 'Average':
      return sum / count;
    case 'Minimum':
      return Math.min(...seconds.map(({ min }) => min));
    case 'Maximum':
      return Math.max(...seconds.map(({ max }) => max));
    default:
      return percentileOf(statistic, seconds);
  }
}

function percentileOf(statistic: string, seconds: readonly Second[]): number | null {
  const percent = Number(/^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1] ?? Number.NaN);
  if (Number.isNaN(percent)) return null;
  const values = seconds
    .flatMap(({ values: several, sum }) => several ?? [sum])
    .toSorted((a, b) => a - b);
  const at = Math.min(Math.ceil((percent / 100) * values.length), values.length) - 1;
  return values[Math.max(at, 0)] ?? null;
}
