/** A metric as CloudWatch names it. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What is asked of a metric. */
export interface MetricQuery extends Metric {
  /** `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, or a percentile such as `p99`. */
  readonly statistic: string;
}

/** A time that is cut into periods; both ends in ms since 1970. */
export interface MetricSpan {
  readonly from: number;
  readonly to: number;
  readonly periodSeconds: number;
}

/** A value a period, the oldest first; null where nothing was measured. */
export type MetricPoints = readonly (number | null)[];

/** Answers queries in their order. */
export type ReadMetrics = (
  queries: readonly MetricQuery[],
  span: MetricSpan,
) => Promise<readonly MetricPoints[]>;

/** Two metrics with the same have the same name. */
export function metricKey({ namespace, name, dimensions }: Metric): string {
  const sorted = Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, ...sorted]);
}

/** As many as there are periods in a span. */
export function periodsOf({ from, to, periodSeconds }: MetricSpan): number {
  return Math.max(Math.ceil((to - from) / (1000 * periodSeconds)), 0);
}
