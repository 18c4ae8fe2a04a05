import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE, METRIC_SERVICE, type MetricName } from '../../lambda/metric-names.ts';
import type { Stage } from '../stage.ts';

/** Where the functions of a stage count. */
export function metricNamespace(stage: Stage): string {
  return `${METRIC_NAMESPACE}/${stage.name}`;
}

/** A metric that the functions' code counts, as the sum over five minutes. */
export function serviceMetric(stage: Stage, metricName: MetricName): Metric {
  return new Metric({
    namespace: metricNamespace(stage),
    metricName,
    dimensionsMap: { service: METRIC_SERVICE },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
  });
}
