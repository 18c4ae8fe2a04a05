import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import {
  type MetricPoints,
  type MetricQuery,
  type MetricSpan,
  periodsOf,
  type ReadMetrics,
} from '../../../local/metrics/metric.ts';
import { unavailable } from '../stack/deployed-stack.ts';

/** A question costs as much as it asks of metrics, and CloudWatch knows nothing new sooner. */
const FRESH_MS = 30_000;

interface Remembered {
  readonly at: number;
  readonly points: Promise<readonly MetricPoints[]>;
}

/** Reads metrics of AWS by the user's credentials; the same again within half a minute asks nobody. */
export function cloudWatchMetrics(ask: ReadMetrics = askCloudWatch, now = Date.now): ReadMetrics {
  const known = new Map<string, Remembered>();
  return async (queries, span) => {
    const key = JSON.stringify([queries, span.periodSeconds, span.to - span.from]);
    const last = known.get(key);
    if (last !== undefined && now() - last.at < FRESH_MS) return await last.points;
    const points = ask(queries, span);
    known.set(key, { at: now(), points });
    points.catch(() => known.delete(key));
    return await points;
  };
}

const askCloudWatch: ReadMetrics = async (queries, span) => {
  // Loaded here, because it takes longer than all the rest of the command.
  const { CloudWatchClient, paginateGetMetricData } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient();
  const input = {
    ...{ StartTime: new Date(span.from), EndTime: new Date(span.to) },
    MetricDataQueries: queries.map((query, at) => asked(query, at, span)),
  };
  const found = new Map<string, MetricDataResult[]>();
  try {
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input)) {
      for (const one of MetricDataResults) {
        const { Id = '' } = one;
        found.set(Id, [...(found.get(Id) ?? []), one]);
      }
    }
  } catch (error) {
    return unavailable('the metrics cannot be read')(error);
  } finally {
    client.destroy();
  }
  return queries.map((_, at) => pointsOf(found.get(idOf(at)) ?? [], span));
};

function idOf(at: number): string {
  return `m${at}`;
}

function asked(
  { namespace, name, dimensions, statistic }: MetricQuery,
  at: number,
  { periodSeconds }: MetricSpan,
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: name, Dimensions };
  return { Id: idOf(at), MetricStat: { Metric, Period: periodSeconds, Stat: statistic } };
}

/** Each value in its period; where nothing is told, nothing was measured. */
export function pointsOf(
  results: readonly Pick<MetricDataResult, 'Timestamps' | 'Values'>[],
  span: MetricSpan,
): MetricPoints {
  const points: (number | null)[] = Array.from({ length: periodsOf(span) }, () => null);
  for (const { Timestamps = [], Values = [] } of results) {
    for (const [index, time] of Timestamps.entries()) {
      const at = Math.floor((time.getTime() - span.from) / (1000 * span.periodSeconds));
      if (at >= 0 && at < points.length) points[at] = Values[index] ?? null;
    }
  }
  return points;
}
