import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type AlarmSpecs,
  behindTable,
  deadLetters,
  expiringDeadLetters,
  fault,
  LASTING,
  wait,
} from './alarm-specs.ts';
import { serviceMetric } from './service-metric.ts';
import type { WatchedPath } from './watched-path.ts';

/** From the table on: media, archive, and subscribers. */
export function outboundAlarms(path: WatchedPath): AlarmSpecs {
  return {
    ...mediaAlarms(path),
    ...archiveAlarms(path),
    ...routerAlarms(path),
    ...subscriberAlarms(path),
    ...deliveryAlarms(path),
  };
}

function mediaAlarms({ stage, media: { function: fetcher, jobs } }: WatchedPath): AlarmSpecs {
  const period = Duration.hours(1);
  return {
    MediaTokenRefused: fault(
      serviceMetric(stage, 'MediaTokenRefused'),
      'A provider refuses the access token of a channel: the files of its messages are not fetched, and gone after 7 days.',
    ),
    MediaFailing: fault(
      serviceMetric(stage, 'MediaFailed'),
      'The file of a message is not kept, and nobody will ask for it again.',
    ),
    MediaHeldBack: fault(
      serviceMetric(stage, 'MediaReturned').with({ period }),
      'For six hours some files could not be fetched; 7 days after they came they are gone.',
      { evaluationPeriods: 6 },
    ),
    MediaDeadLetterQueueNotEmpty: deadLetters(
      jobs.deadLetterQueue,
      'Nobody tries any more to fetch the file of a message.',
    ),
    MediaCrashing: fault(
      fetcher.metricErrors(),
      'Files are not fetched, because the function that does it crashes.',
      LASTING,
    ),
  };
}

function archiveAlarms({ stage, archiver }: WatchedPath): AlarmSpecs {
  // As long as it gathers a batch.
  const age = behindTable(archiver, Duration.minutes(5));
  return {
    ArchiverFailing: fault(
      archiver.metricErrors(),
      'Events are not archived for now; what stays so for 23 hours is set aside.',
      LASTING,
    ),
    ArchiveDelayed: wait(
      age,
      Duration.minutes(30).toMilliseconds(),
      'The archive is over half an hour behind the table.',
    ),
    ArchiveStalled: wait(
      age,
      Duration.hours(6).toMilliseconds(),
      'The archive has been standing still for 6 hours; after 24 the stream forgets.',
    ),
    RecordsNotArchived: fault(
      serviceMetric(stage, 'RecordUnarchived'),
      'A change of the table could not be read: its event is missing in queries.',
    ),
    ForgettingOverdue: fault(
      serviceMetric(stage, 'ForgettingOverdue').with({ period: Duration.hours(6) }),
      'Somebody asked 20 days ago to be forgotten, and the archive still has them.',
    ),
  };
}

function routerAlarms({ stage, router }: WatchedPath): AlarmSpecs {
  const age = behindTable(router, Duration.minutes(1));
  return {
    RouterFailing: fault(
      router.metricErrors(),
      'Events that are stored are not handed on to subscribers, and wait.',
      LASTING,
    ),
    RoutingDelayed: wait(
      age,
      Duration.minutes(15).toMilliseconds(),
      'Subscribers hear of some events more than a quarter of an hour late.',
    ),
    RoutingStalled: wait(
      age,
      Duration.hours(6).toMilliseconds(),
      'Some events have not been handed on for 6 hours; those that wait for 23 are given up.',
    ),
    RecordsUnrouted: fault(
      serviceMetric(stage, 'RecordUnrouted'),
      'A change of the table could not be read, so no subscriber hears of its event.',
    ),
  };
}

const DAY_HOURS = 24;

function subscriberAlarms({ stage }: WatchedPath): AlarmSpecs {
  return {
    EndpointFailing: fault(
      serviceMetric(stage, 'EndpointDown').with({ statistic: Stats.MAXIMUM }),
      'A subscriber answers nobody: its events wait, and it is tried every minute.',
      LASTING,
    ),
    SubscriberWaiting: wait(
      serviceMetric(stage, 'SubscriberWaitingHours').with({ statistic: Stats.MAXIMUM }),
      DAY_HOURS,
      'Something has been waiting for a subscriber for a day.',
    ),
    SubscriberWaitingLong: wait(
      serviceMetric(stage, 'SubscriberWaitingHours').with({ statistic: Stats.MAXIMUM }),
      10 * DAY_HOURS,
      'Something has been waiting for a subscriber for ten days; after 13 it is given up.',
    ),
    SubscriberUnreadable: fault(
      serviceMetric(stage, 'SubscriberUnreadable').with({ statistic: Stats.MAXIMUM }),
      'A subscriber cannot be read by this release: its events wait.',
      LASTING,
    ),
    SubscriberGone: fault(
      serviceMetric(stage, 'SubscriberGone'),
      'An endpoint answered that it is gone: its subscriber gets no more events.',
    ),
  };
}

function deliveryAlarms({ stage, deliveries, deliverer, prober }: WatchedPath): AlarmSpecs {
  return {
    DeliveriesGivenUp: deadLetters(
      deliveries.deadLetterQueue,
      'A subscriber did not get an event, and later ones of its group have overtaken it.',
    ),
    DeliveriesExpiring: expiringDeadLetters(
      deliveries.deadLetterQueue,
      'In at most 4 days SQS deletes a delivery that was given up; its event is stored.',
    ),
    DelivererFailing: fault(
      new MathExpression({
        expression: 'deliverer + prober',
        usingMetrics: { deliverer: deliverer.metricErrors(), prober: prober.metricErrors() },
        label: 'crashes',
      }),
      'Deliveries crash instead of going out: some come late, some twice.',
      LASTING,
    ),
    ProbesFailing: fault(
      serviceMetric(stage, 'ProbeInterrupted'),
      'A subscriber is not looked after: what waits for it may wait longer.',
      LASTING,
    ),
  };
}
