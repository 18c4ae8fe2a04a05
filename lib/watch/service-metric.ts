import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE, type MetricName } from '../../lambda/metric-names.ts';
import type { Stage } from '../stage.ts';

/** Where the functions of a stage count. */
export function metricNamespace(stage: Stage): string {
  return `${METRIC_NAMESPACE}/${stage.name}`;
}

/** Functions that count. */
export type ServiceName =
  | 'ingest'
  | 'processor'
  | 'router'
  | 'archiver'
  | 'deliverer'
  | 'drainer'
  | 'media';

/** A metric that a function's code counts, as the sum over five minutes. */
export function serviceMetric(stage: Stage, service: ServiceName, metricName: MetricName): Metric {
  return new Metric({
    namespace: metricNamespace(stage),
    metricName,
    dimensionsMap: { service },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
  });
}
