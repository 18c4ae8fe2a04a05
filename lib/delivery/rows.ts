import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambda/metric-names.ts';
import { behind, counted, deadLettersIn, failures, graph, type Row, row } from '../watch/rows.ts';
import { serviceMetric } from '../watch/service-metric.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

const DELIVERED = [
  'DeliverySucceeded',
  'DeliveryFailed',
  'DeliveryReturned',
  'DeliveryDropped',
  'DeliveryDeadLettered',
] satisfies MetricName[];

/** From the table to its subscribers. */
export function deliveryRows(path: WatchedPath): readonly Row[] {
  return [routing(path), delivery(path)];
}

function routing({ stage, router }: WatchedPath): Row {
  return row(
    7,
    graph('Router behind the table, ms', behind(router)),
    graph('Changes returned or set aside', [
      ...counted(stage, ['RecordsReturned', 'RecordUnrouted']),
      ...failures(router),
    ]),
  );
}

function delivery({ stage, deliverer, prober, deliveries }: WatchedPath): Row {
  const peak = { statistic: Stats.MAXIMUM };
  return row(
    9,
    graph('Deliveries', counted(stage, DELIVERED)),
    graph('Endpoints down', [
      serviceMetric(stage, 'EndpointDown').with({ ...peak, label: 'down' }),
      serviceMetric(stage, 'SubscriberUnreadable').with({ ...peak, label: 'unreadable' }),
    ]),
    graph('Longest waiting, hours', [
      serviceMetric(stage, 'SubscriberWaitingHours').with({ ...peak, label: 'waiting' }),
    ]),
    graph('Given up', [deadLettersIn(deliveries.deadLetterQueue, 'given up')]),
    graph('Failures', [
      ...counted(stage, ['SubscriberGone', 'ProbeInterrupted', 'RowGivenUp']),
      deliverer.metricErrors({ label: 'deliverer crashed' }),
      prober.metricErrors({ label: 'prober crashed' }),
      deliverer.metricThrottles({ label: 'throttled' }),
    ]),
  );
}
