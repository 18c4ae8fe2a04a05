import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambda/metric-names.ts';
import {
  counted,
  deadLettersIn,
  depth,
  failures,
  graph,
  oldestIn,
  type Row,
  row,
} from '../watch/rows.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

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

/** From the webhook to the table, and what did not get there. */
export function inboundRows(path: WatchedPath): readonly Row[] {
  return [webhooks, events, queue, processor, deadLetters].map((rowOf) => rowOf(path));
}

function webhooks({ stage, front: { httpStage }, ingest }: WatchedPath): Row {
  const sum = { statistic: Stats.SUM };
  return row(
    1,
    graph('Webhooks in', [
      httpStage.metricCount({ label: 'requests' }),
      httpStage.metricClientError({ ...sum, label: '4xx' }),
      httpStage.metricServerError({ ...sum, label: '5xx' }),
    ]),
    graph('Answer time, ms (Meta: p50 ≤ 250, p99 ≤ 1000)', [
      httpStage.metricLatency({ statistic: Stats.p(50), label: 'p50' }),
      httpStage.metricLatency({ statistic: Stats.p(99), label: 'p99' }),
    ]),
    graph('Refused, why', counted(stage, REFUSED)),
    graph('Not available (503)', [...counted(stage, UNAVAILABLE), ...failures(ingest)]),
  );
}

function events({ stage, inbox }: WatchedPath): Row {
  return row(
    2,
    graph('Events split from them', [inbox.queue.metricNumberOfMessagesSent({ label: 'events' })]),
    graph('Accepted, but worth knowing', counted(stage, UNUSUAL)),
  );
}

function queue({ inbox }: WatchedPath): Row {
  return row(
    3,
    graph('Inbox, messages', depth(inbox.queue)),
    graph('Oldest message, s', oldestIn(inbox.queue)),
    graph('Sent and deleted (one line is health)', [
      inbox.queue.metricNumberOfMessagesSent({ label: 'sent' }),
      inbox.queue.metricNumberOfMessagesDeleted({ label: 'deleted' }),
    ]),
  );
}

function processor({ stage, processor: fn }: WatchedPath): Row {
  return row(
    4,
    graph('Events processed', counted(stage, PROCESSED)),
    graph('Batch, ms', [
      fn.metricDuration({ statistic: Stats.p(50), label: 'p50' }),
      fn.metricDuration({ statistic: Stats.p(99), label: 'p99' }),
    ]),
    graph('Failures', failures(fn)),
    graph('Running at once', [
      fn.metric('ConcurrentExecutions', { statistic: Stats.MAXIMUM, label: 'processors' }),
    ]),
  );
}

function deadLetters({ inbox: { deadLetterQueue } }: WatchedPath): Row {
  return row(
    6,
    graph('Dead letters', [deadLettersIn(deadLetterQueue, 'waiting for you')]),
    graph('Oldest dead letter, s (deleted after 14 days = 1,209,600)', oldestIn(deadLetterQueue)),
  );
}
