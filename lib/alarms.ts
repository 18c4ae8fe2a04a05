import { Duration } from 'aws-cdk-lib';
import { type Alarm, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { QUEUE_RETENTION } from './ordered-queue.ts';
import { ServiceAlarm, type ServiceAlarmProps } from './service-alarm.ts';
import { serviceMetric } from './service-metric.ts';
import type { WatchedPath } from './watched-path.ts';

/** A fault is counted when it happens: no data is no fault. */
const NO_FAULT = TreatMissingData.NOT_BREACHING;

/** SQS tells an age only while a message waits: no data is no wait. */
const NO_WAIT = TreatMissingData.NOT_BREACHING;

/** SQS falls silent about a queue that nobody touches: what was last known still holds. */
const AS_BEFORE = TreatMissingData.IGNORE;

/** Two periods in three: a fault that mends itself within five minutes wakes nobody. */
const LASTING = { evaluationPeriods: 3, datapointsToAlarm: 2 };

type AlarmSpecs = Record<string, Omit<ServiceAlarmProps, 'topic'>>;

export interface AlarmsProps {
  readonly path: WatchedPath;
  readonly topic: ITopic;
}

/** One alarm for each symptom that a user would feel, with its section in docs/runbook.md. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { path, topic }: AlarmsProps) {
    super(scope, id);

    const specs = {
      ...ingestAlarms(path),
      ...queueAlarms(path),
      ...processorAlarms(path),
      ...mediaAlarms(path),
      ...readAlarms(path),
      ...archiveAlarms(path),
      ...routerAlarms(path),
      ...deliveryAlarms(path),
    };
    this.all = Object.entries(specs).map(
      ([alarmId, spec]) => new ServiceAlarm(this, alarmId, { ...spec, topic }),
    );
  }
}

function ingestAlarms({ stage, front, ingest }: WatchedPath): AlarmSpecs {
  const requests = front.httpStage.metricCount();
  const errors = front.httpStage.metricServerError({ statistic: Stats.SUM });
  return {
    IngestFailing: {
      metric: new MathExpression({
        expression: '100 * errors / requests',
        usingMetrics: { errors, requests },
        label: '5xx, % of requests',
      }),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact:
        'Webhooks are refused: Meta delivers them again for 7 days, WasenderApi perhaps never.',
    },
    IngestSlow: {
      metric: front.httpStage.metricLatency({ statistic: Stats.p(99) }),
      threshold: Duration.seconds(1).toMilliseconds(),
      treatMissingData: NO_FAULT,
      impact:
        'Over 1 % of webhooks wait longer than the second that Meta allows: it may deliver less, and later.',
      ...LASTING,
    },
    IngestThrottled: {
      metric: ingest.metricThrottles(),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact:
        'Webhooks are refused for want of Lambda concurrency: messages come late, those of WasenderApi perhaps never.',
    },
    SignedBodyRefused: {
      metric: serviceMetric(stage, 'ingest', 'SignedBodyRefused'),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact:
        'A provider sent a webhook that Floodgate cannot read: after 7 days of retries it is lost.',
    },
    SecretUnavailable: {
      metric: serviceMetric(stage, 'ingest', 'SecretUnavailable'),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact:
        'No webhook of that provider can be verified, so all are refused until the secret can be read.',
    },
  };
}

function queueAlarms({ stage, inbox }: WatchedPath): AlarmSpecs {
  const period = Duration.minutes(1);
  const oldest = inbox.queue.metricApproximateAgeOfOldestMessage({ period });
  return {
    InboxDelayed: {
      metric: oldest,
      threshold: Duration.minutes(5).toSeconds(),
      treatMissingData: NO_WAIT,
      impact: 'Messages reach their readers more than five minutes late.',
    },
    InboxStalled: {
      metric: oldest,
      threshold: Duration.days(1).toSeconds(),
      treatMissingData: NO_WAIT,
      impact: `Events have not been stored for a day; after ${QUEUE_RETENTION.toDays()} days SQS deletes them.`,
    },
    // SQS leaves a message that was received again and again out of the age, and that is just what
    // the few senders do whose events cannot be stored. They return at least every five minutes.
    EventsHeldBack: {
      metric: serviceMetric(stage, 'processor', 'EventReturned').with({
        period: Duration.minutes(10),
      }),
      threshold: 1,
      evaluationPeriods: 3,
      treatMissingData: NO_FAULT,
      impact: 'For half an hour the events of some senders have gone back to the queue, and wait.',
    },
    DeadLetterQueueNotEmpty: {
      metric: inbox.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
      treatMissingData: AS_BEFORE,
      impact: 'An event was not stored, and later events of its sender have overtaken it.',
    },
    DeadLetterQueueExpiring: {
      metric: inbox.deadLetterQueue.metricApproximateAgeOfOldestMessage({ period }),
      threshold: QUEUE_RETENTION.toSeconds() - Duration.days(4).toSeconds(),
      treatMissingData: NO_WAIT,
      impact: 'In at most 4 days SQS deletes an event that is stored nowhere else.',
    },
  };
}

function processorAlarms({ processor, table }: WatchedPath): AlarmSpecs {
  return {
    ProcessorFailing: {
      metric: processor.metricErrors(),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'Batches crash instead of being stored, and the senders in them wait.',
      ...LASTING,
    },
    ProcessorThrottled: {
      metric: processor.metricThrottles(),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'Events wait in the inbox for want of Lambda concurrency.',
      ...LASTING,
    },
    TableWritesThrottled: {
      metric: table.metricThrottles('WriteThrottleEvents'),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'Events wait in the inbox because the table takes no more writes.',
      ...LASTING,
    },
    TimelineThrottled: {
      metric: table.metricThrottles('WriteThrottleEvents', 'timeline'),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'Statuses wait in the inbox because the timeline index takes no more writes.',
      ...LASTING,
    },
  };
}

function mediaAlarms({ stage, media: { function: fetcher, jobs } }: WatchedPath): AlarmSpecs {
  return {
    MediaTokenRefused: {
      metric: serviceMetric(stage, 'media', 'MediaTokenRefused'),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact:
        'A provider refuses the access token of a channel: the files of its messages are not fetched, and gone after 7 days.',
    },
    MediaFailing: {
      metric: serviceMetric(stage, 'media', 'MediaFailed'),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'The file of a message is not kept, and nobody will ask for it again.',
    },
    MediaHeldBack: {
      metric: serviceMetric(stage, 'media', 'MediaReturned').with({ period: Duration.hours(1) }),
      threshold: 1,
      evaluationPeriods: 6,
      treatMissingData: NO_FAULT,
      impact:
        'For six hours some files could not be fetched; 7 days after they came they are gone.',
    },
    MediaDeadLetterQueueNotEmpty: {
      metric: jobs.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
      treatMissingData: AS_BEFORE,
      impact: 'Nobody tries any more to fetch the file of a message.',
    },
    MediaCrashing: {
      metric: fetcher.metricErrors(),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'Files are not fetched, because the function that does it crashes.',
      ...LASTING,
    },
  };
}

function readAlarms({ readApi, table }: WatchedPath): AlarmSpecs {
  return {
    TableReadsThrottled: {
      metric: table.metricThrottles('ReadThrottleEvents'),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'Reading contacts and timelines back is slow or fails.',
      ...LASTING,
    },
    ReadApiThrottled: {
      metric: readApi.metricThrottles(),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'Requests to /v1 are refused for want of Lambda concurrency.',
      ...LASTING,
    },
  };
}

function archiveAlarms({ stage, archiver }: WatchedPath): AlarmSpecs {
  const age = archiver.metric('IteratorAge', { statistic: Stats.MAXIMUM });
  return {
    ArchiverFailing: {
      metric: archiver.metricErrors(),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'Events are not archived for now; what stays so for 23 hours is set aside.',
      ...LASTING,
    },
    ArchiveDelayed: {
      metric: age,
      threshold: Duration.minutes(30).toMilliseconds(),
      treatMissingData: NO_WAIT,
      impact: 'The archive is over half an hour behind the table.',
    },
    ArchiveStalled: {
      metric: age,
      threshold: Duration.hours(6).toMilliseconds(),
      treatMissingData: NO_WAIT,
      impact: 'The archive has been standing still for 6 hours; after 24 the stream forgets.',
    },
    RecordsNotArchived: {
      metric: serviceMetric(stage, 'archiver', 'RecordUnreadable'),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'A change of the table could not be read: its event is missing in queries.',
    },
  };
}

function routerAlarms({ stage, router }: WatchedPath): AlarmSpecs {
  // Of the last record of each batch, while there are any.
  const age = router.metric('IteratorAge', {
    statistic: Stats.MAXIMUM,
    period: Duration.minutes(1),
  });
  return {
    RouterFailing: {
      metric: router.metricErrors(),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'Events that are stored are not handed on to subscribers, and wait.',
      ...LASTING,
    },
    RoutingDelayed: {
      metric: age,
      threshold: Duration.minutes(15).toMilliseconds(),
      treatMissingData: NO_WAIT,
      impact: 'Subscribers hear of some events more than a quarter of an hour late.',
    },
    RoutingStalled: {
      metric: age,
      threshold: Duration.hours(6).toMilliseconds(),
      treatMissingData: NO_WAIT,
      impact:
        'Some events have not been handed on for 6 hours; those that wait for 23 are given up.',
    },
    RecordsUnrouted: {
      metric: serviceMetric(stage, 'router', 'RecordUnreadable'),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'A change of the table could not be read, so no subscriber hears of its event.',
    },
  };
}

function deliveryAlarms({ stage, deliveries, deliverer, drainer }: WatchedPath): AlarmSpecs {
  const period = Duration.minutes(1);
  const { queue, deadLetterQueue } = deliveries;
  return {
    EndpointFailing: {
      metric: serviceMetric(stage, 'drainer', 'BreakerOpen').with({ statistic: Stats.MAXIMUM }),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'A subscriber takes nothing: its events wait, and are given up after three days.',
      ...LASTING,
    },
    SubscriberGone: {
      metric: new MathExpression({
        expression: 'deliverer + drainer',
        usingMetrics: {
          deliverer: serviceMetric(stage, 'deliverer', 'SubscriberGone'),
          drainer: serviceMetric(stage, 'drainer', 'SubscriberGone'),
        },
        label: 'answered 410',
      }),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'An endpoint answered that it is gone: its subscriber gets no more events.',
    },
    DeliveriesDelayed: {
      metric: queue.metricApproximateAgeOfOldestMessage({ period }),
      threshold: Duration.minutes(10).toSeconds(),
      treatMissingData: NO_WAIT,
      impact: 'Subscribers hear of some events more than ten minutes late.',
      ...LASTING,
    },
    DeliveriesGivenUp: {
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
      treatMissingData: AS_BEFORE,
      impact: 'A subscriber did not get an event, and later ones of its group have overtaken it.',
    },
    DeliveriesExpiring: {
      metric: deadLetterQueue.metricApproximateAgeOfOldestMessage({ period }),
      threshold: QUEUE_RETENTION.toSeconds() - Duration.days(4).toSeconds(),
      treatMissingData: NO_WAIT,
      impact: 'In at most 4 days SQS deletes a delivery that was given up; its event is stored.',
    },
    DelivererFailing: {
      metric: new MathExpression({
        expression: 'deliverer + drainer',
        usingMetrics: { deliverer: deliverer.metricErrors(), drainer: drainer.metricErrors() },
        label: 'crashes',
      }),
      threshold: 1,
      treatMissingData: NO_FAULT,
      impact: 'Deliveries crash instead of going out: some come late, some twice.',
      ...LASTING,
    },
  };
}
