import { Aws, Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { MetricName } from '../lambda/metric-names.ts';
import { type ServiceName, serviceMetric } from './service-metric.ts';
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
  'WebhookEmpty',
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

const FILES = ['MediaStored', 'MediaSkipped', 'MediaExpired', 'MediaFailed'] satisfies MetricName[];

const FILES_WAITING = [
  'MediaReturned',
  'MediaThrottled',
  'MediaTokenRefused',
] satisfies MetricName[];

const header = (stageName: string) => `# Floodgate ${stageName}
One row for each step of an event, from the webhook to table and archive, over the last hours. Red above means: open
\`docs/runbook.md\` at the alarm's name. Then find the **first row that looks wrong**: those below it only follow.
Healthy: no 5xx, p99 under a second, oldest message under a minute, sent = deleted, dead letters 0.`;

/** Widgets share the 24 columns of a row. */
const ROW_WIDTH = 24;

export interface PathDashboardProps {
  readonly path: WatchedPath;
  readonly alarms: readonly Alarm[];
}

/** What a person on call looks at first: a row for each step of the path. */
export class PathDashboard extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { path, alarms }: PathDashboardProps) {
    super(scope, id);

    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(3) });
    dashboard.addWidgets(
      new TextWidget({ markdown: header(path.stage.name), width: 12, height: 4 }),
      new AlarmStatusWidget({
        title: 'Alarms',
        alarms: [...alarms],
        sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
        width: 12,
        height: 4,
      }),
    );
    for (const row of [
      webhooks,
      events,
      queue,
      processor,
      table,
      deadLetters,
      routing,
      archive,
      delivery,
      media,
    ]) {
      dashboard.addWidgets(...row(path));
    }
    this.url = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${dashboard.dashboardName}`;
  }
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
    graph('1 Refused, why', counted(stage, 'ingest', REFUSED)),
    graph('1 Not available (503)', [
      ...counted(stage, 'ingest', UNAVAILABLE),
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
    graph('2 Accepted, but worth knowing', counted(stage, 'ingest', UNUSUAL)),
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
    graph('4 Events processed', counted(stage, 'processor', PROCESSED)),
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

function media({ stage, media: { function: fetcher, jobs } }: WatchedPath): IWidget[] {
  const peak = { statistic: Stats.MAXIMUM };
  return row(
    graph('10 Files of messages', counted(stage, 'media', FILES)),
    graph('10 Files that wait, why', counted(stage, 'media', FILES_WAITING)),
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

function routing({ stage, router, deliveries: { queue } }: WatchedPath): IWidget[] {
  return row(
    graph('7 Router behind the table, ms', [
      router.metric('IteratorAge', { statistic: Stats.MAXIMUM, label: 'behind' }),
    ]),
    graph('7 Deliveries sent on', [queue.metricNumberOfMessagesSent({ label: 'deliveries' })]),
    graph('7 Changes returned or set aside', [
      ...counted(stage, 'router', ['RecordsReturned', 'RecordUnreadable']),
      router.metricErrors({ label: 'crashed' }),
      router.metricThrottles({ label: 'throttled' }),
    ]),
  );
}

function archive({ stage, archiver }: WatchedPath): IWidget[] {
  return row(
    graph('8 Archive, events', counted(stage, 'archiver', ['EventArchived', 'RecordUnreadable'])),
    graph('8 Archive behind the table, ms (five minutes are gathered)', [
      archiver.metric('IteratorAge', { statistic: Stats.MAXIMUM, label: 'behind' }),
    ]),
    graph('8 Archiver, failures', [
      archiver.metricErrors({ label: 'crashed' }),
      archiver.metricThrottles({ label: 'throttled' }),
    ]),
  );
}

function delivery({ stage, deliverer, drainer, deliveries }: WatchedPath): IWidget[] {
  const peak = { statistic: Stats.MAXIMUM };
  const names = [
    'DeliverySucceeded',
    'DeliveryFailed',
    'DeliveryReturned',
    'DeliverySetAside',
    'DeliveryDropped',
    'DeliveryDeadLettered',
  ] satisfies MetricName[];
  return row(
    graph('9 Deliveries from the queue', counted(stage, 'deliverer', names)),
    graph('9 Out of backlogs', [
      ...counted(stage, 'drainer', ['DeliverySucceeded', 'DeliveryFailed', 'DeliveryDeadLettered']),
    ]),
    graph('9 Endpoints down', [
      serviceMetric(stage, 'drainer', 'BreakerOpen').with({ ...peak, label: 'down' }),
    ]),
    graph('9 Waiting and given up', [
      deliveries.queue.metricApproximateNumberOfMessagesVisible({ ...peak, label: 'waiting' }),
      deliveries.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        ...peak,
        label: 'given up',
      }),
    ]),
    graph('9 Oldest delivery, s', [
      deliveries.queue.metricApproximateAgeOfOldestMessage({ label: 'oldest' }),
    ]),
    graph('9 Failures', [
      ...counted(stage, 'deliverer', ['BreakerOpened', 'SubscriberGone']),
      ...counted(stage, 'drainer', ['DrainInterrupted']),
      deliverer.metricErrors({ label: 'deliverer crashed' }),
      drainer.metricErrors({ label: 'drainer crashed' }),
      deliverer.metricThrottles({ label: 'throttled' }),
    ]),
  );
}

function counted(
  stage: WatchedPath['stage'],
  service: ServiceName,
  names: readonly MetricName[],
): IMetric[] {
  return names.map((name) => serviceMetric(stage, service, name));
}

function graph(title: string, left: IMetric[]): (width: number) => IWidget {
  return (width) => new GraphWidget({ title, left, width, height: 5, leftYAxis: { min: 0 } });
}

function row(...graphs: ((width: number) => IWidget)[]): IWidget[] {
  return graphs.map((at) => at(ROW_WIDTH / graphs.length));
}
