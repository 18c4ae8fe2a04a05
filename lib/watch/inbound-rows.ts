import { type IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambda/metric-names.ts';
import { counted, graph, row } from './rows.ts';
import type { WatchedPath } from './watched-path.ts';

const REFUSED = [
  'SignatureMissing',
  'SignatureMalformed',
  'SignatureMismatched',
  'VerifyTokenMismatched',
  'PathTokenUnknown',
  'SignedBodyRefused',
] satisfies MetricName[];

const UNAVAILABLE = ['QueueUnavailable', 'SecretUnavailable'] satisfies MetricName[];

const UNUSUAL = [
  'SecretOutdated',
  'WebhookEmpty',
  'WebhookForeign',
  'EventOverflowed',
  'PreviousAppSecretVerified',
  'PreviousWasenderSecretVerified',
] satisfies MetricName[];

const PROCESSED = [
  'EventStored',
  'EventDuplicated',
  'EventReturned',
  'EventDeadLettered',
] satisfies MetricName[];

/** From the webhook to the table. */
export function inboundRows(path: WatchedPath): readonly IWidget[][] {
  return [webhooks, events, queue, processor, table, deadLetters].map((rowOf) => rowOf(path));
}

function webhooks({ stage, front: { httpStage }, ingest }: WatchedPath): IWidget[] {
  const sum = { statistic: Stats.SUM };
  return row(
    graph('1 Webhooks in', [
      httpStage.metricCount({ label: 'requests' }),
      httpStage.metricClientError({ ...sum, label: '4xx' }),
      httpStage.metricServerError({ ...sum, label: '5xx' }),
    ]),
    graph('1 Answer time, ms (Meta: p50 ≤ 250, p99 ≤ 1000)', [
      httpStage.metricLatency({ statistic: Stats.p(50), label: 'p50' }),
      httpStage.metricLatency({ statistic: Stats.p(99), label: 'p99' }),
    ]),
    graph('1 Refused, why', counted(stage, REFUSED)),
    graph('1 Not available (503)', [
      ...counted(stage, UNAVAILABLE),
      ingest.metricErrors({ label: 'crashed' }),
      ingest.metricThrottles({ label: 'throttled' }),
    ]),
  );
}

function events({ stage, inbox }: WatchedPath): IWidget[] {
  return row(
    graph('2 Events split from them', [
      inbox.queue.metricNumberOfMessagesSent({ label: 'events' }),
    ]),
    graph('2 Accepted, but worth knowing', counted(stage, UNUSUAL)),
  );
}

function queue({ inbox }: WatchedPath): IWidget[] {
  const peak = { statistic: Stats.MAXIMUM };
  return row(
    graph('3 Inbox, messages', [
      inbox.queue.metricApproximateNumberOfMessagesVisible({ ...peak, label: 'waiting' }),
      inbox.queue.metricApproximateNumberOfMessagesNotVisible({ ...peak, label: 'in flight' }),
    ]),
    graph('3 Oldest message, s', [
      inbox.queue.metricApproximateAgeOfOldestMessage({ label: 'oldest' }),
    ]),
    graph('3 Sent and deleted (one line is health)', [
      inbox.queue.metricNumberOfMessagesSent({ label: 'sent' }),
      inbox.queue.metricNumberOfMessagesDeleted({ label: 'deleted' }),
    ]),
  );
}

function processor({ stage, processor: fn }: WatchedPath): IWidget[] {
  return row(
    graph('4 Events processed', counted(stage, PROCESSED)),
    graph('4 Batch, ms', [
      fn.metricDuration({ statistic: Stats.p(50), label: 'p50' }),
      fn.metricDuration({ statistic: Stats.p(99), label: 'p99' }),
    ]),
    graph('4 Failures', [
      fn.metricErrors({ label: 'crashed' }),
      fn.metricThrottles({ label: 'throttled' }),
    ]),
    graph('4 Running at once', [
      fn.metric('ConcurrentExecutions', { statistic: Stats.MAXIMUM, label: 'processors' }),
    ]),
  );
}

function table({ table: events }: WatchedPath): IWidget[] {
  return row(
    graph('5 Table, units consumed', [
      events.table.metricConsumedWriteCapacityUnits({ label: 'written' }),
      events.table.metricConsumedReadCapacityUnits({ label: 'read' }),
    ]),
    graph('5 Table, throttled', [
      events.metricThrottles('WriteThrottleEvents').with({ label: 'writes' }),
      events.metricThrottles('WriteThrottleEvents', 'timeline').with({ label: 'index writes' }),
      events.metricThrottles('ReadThrottleEvents').with({ label: 'reads' }),
    ]),
  );
}

function deadLetters({ inbox: { deadLetterQueue } }: WatchedPath): IWidget[] {
  return row(
    graph('6 Dead letters', [
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        label: 'waiting for you',
      }),
    ]),
    graph('6 Oldest dead letter, s (deleted after 14 days = 1,209,600)', [
      deadLetterQueue.metricApproximateAgeOfOldestMessage({ label: 'oldest' }),
    ]),
  );
}
