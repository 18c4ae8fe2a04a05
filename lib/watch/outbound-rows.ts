import { type IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambda/metric-names.ts';
import { counted, graph, row } from './rows.ts';
import { serviceMetric } from './service-metric.ts';
import type { WatchedPath } from './watched-path.ts';

const DELIVERED = [
  'DeliverySucceeded',
  'DeliveryFailed',
  'DeliveryReturned',
  'DeliveryDropped',
  'DeliveryDeadLettered',
] satisfies MetricName[];

const FILES = ['MediaStored', 'MediaSkipped', 'MediaExpired', 'MediaFailed'] satisfies MetricName[];

const FILES_WAITING = [
  'MediaReturned',
  'MediaThrottled',
  'MediaTokenRefused',
] satisfies MetricName[];

/** From the table on. */
export function outboundRows(path: WatchedPath): readonly IWidget[][] {
  return [routing, archive, delivery, media].map((rowOf) => rowOf(path));
}

function routing({ stage, router }: WatchedPath): IWidget[] {
  return row(
    graph('7 Router behind the table, ms', [
      router.metric('IteratorAge', { statistic: Stats.MAXIMUM, label: 'behind' }),
    ]),
    graph('7 Changes returned or set aside', [
      ...counted(stage, ['RecordsReturned', 'RecordUnrouted']),
      router.metricErrors({ label: 'crashed' }),
      router.metricThrottles({ label: 'throttled' }),
    ]),
  );
}

function archive({ stage, archiver }: WatchedPath): IWidget[] {
  return row(
    graph(
      '8 Archive, events',
      counted(stage, ['EventArchived', 'RecordUnarchived', 'ForgettingOverdue']),
    ),
    graph('8 Archive behind the table, ms (five minutes are gathered)', [
      archiver.metric('IteratorAge', { statistic: Stats.MAXIMUM, label: 'behind' }),
    ]),
    graph('8 Archiver, failures', [
      archiver.metricErrors({ label: 'crashed' }),
      archiver.metricThrottles({ label: 'throttled' }),
    ]),
  );
}

function delivery({ stage, deliverer, prober, deliveries }: WatchedPath): IWidget[] {
  const peak = { statistic: Stats.MAXIMUM };
  return row(
    graph('9 Deliveries', counted(stage, DELIVERED)),
    graph('9 Endpoints down', [
      serviceMetric(stage, 'EndpointDown').with({ ...peak, label: 'down' }),
      serviceMetric(stage, 'SubscriberUnreadable').with({ ...peak, label: 'unreadable' }),
    ]),
    graph('9 Longest waiting, hours', [
      serviceMetric(stage, 'SubscriberWaitingHours').with({ ...peak, label: 'waiting' }),
    ]),
    graph('9 Given up', [
      deliveries.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        ...peak,
        label: 'given up',
      }),
    ]),
    graph('9 Failures', [
      ...counted(stage, ['SubscriberGone', 'ProbeInterrupted', 'RowGivenUp']),
      deliverer.metricErrors({ label: 'deliverer crashed' }),
      prober.metricErrors({ label: 'prober crashed' }),
      deliverer.metricThrottles({ label: 'throttled' }),
    ]),
  );
}

function media({ stage, media: { function: fetcher, jobs } }: WatchedPath): IWidget[] {
  const peak = { statistic: Stats.MAXIMUM };
  return row(
    graph('10 Files of messages', counted(stage, FILES)),
    graph('10 Files that wait, why', counted(stage, FILES_WAITING)),
    graph('10 Media jobs', [
      jobs.queue.metricApproximateNumberOfMessagesVisible({ ...peak, label: 'waiting' }),
      jobs.queue.metricApproximateNumberOfMessagesNotVisible({ ...peak, label: 'in flight' }),
      jobs.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        ...peak,
        label: 'dead letters',
      }),
    ]),
    graph('10 Failures', [
      fetcher.metricErrors({ label: 'crashed' }),
      fetcher.metricThrottles({ label: 'throttled' }),
    ]),
  );
}
