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
} from '../watch/alarm-specs.ts';
import { serviceMetric } from '../watch/service-metric.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

/** From the table to its subscribers. */
export function deliveryAlarms(path: WatchedPath): AlarmSpecs {
  return { ...routerAlarms(path), ...subscriberAlarms(path), ...delivererAlarms(path) };
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

function delivererAlarms({ stage, deliveries, deliverer, prober }: WatchedPath): AlarmSpecs {
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
