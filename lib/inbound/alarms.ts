import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { QUEUE_RETENTION } from '../shared/ordered-queue.ts';
import {
  type AlarmSpecs,
  ageOfOldest,
  deadLetters,
  expiringDeadLetters,
  fault,
  LASTING,
  wait,
} from '../watch/alarm-specs.ts';
import { serviceMetric } from '../watch/service-metric.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

/** From the webhook to the inbox, and out of it. */
export function inboundAlarms(path: WatchedPath): AlarmSpecs {
  return { ...ingestAlarms(path), ...inboxAlarms(path), ...processorAlarms(path) };
}

function ingestAlarms({ stage, front, ingest }: WatchedPath): AlarmSpecs {
  const requests = front.httpStage.metricCount();
  const errors = front.httpStage.metricServerError({ statistic: Stats.SUM });
  return {
    IngestFailing: fault(
      new MathExpression({
        expression: '100 * errors / requests',
        usingMetrics: { errors, requests },
        label: '5xx, % of requests',
      }),
      'Webhooks are refused: Meta delivers them again for 7 days, WasenderApi perhaps never.',
    ),
    IngestSlow: wait(
      front.httpStage.metricLatency({ statistic: Stats.p(99) }),
      Duration.seconds(1).toMilliseconds(),
      'Over 1 % of webhooks wait longer than the second that Meta allows: it may deliver less, and later.',
      LASTING,
    ),
    IngestThrottled: fault(
      ingest.metricThrottles(),
      'Webhooks are refused for want of Lambda concurrency: messages come late, those of WasenderApi perhaps never.',
    ),
    SignedBodyRefused: fault(
      serviceMetric(stage, 'SignedBodyRefused'),
      'A provider sent a webhook that Floodgate cannot read: after 7 days of retries it is lost.',
    ),
    SecretUnavailable: fault(
      serviceMetric(stage, 'SecretUnavailable'),
      'No webhook of that provider can be verified, so all are refused until the secret can be read.',
    ),
    SecretOutdated: fault(
      serviceMetric(stage, 'SecretOutdated'),
      'The secret of a provider cannot be read: in an hour its webhooks are refused, and nothing sees a rotation.',
    ),
  };
}

function inboxAlarms({ stage, inbox }: WatchedPath): AlarmSpecs {
  const oldest = ageOfOldest(inbox.queue);
  const period = Duration.minutes(10);
  return {
    InboxDelayed: wait(
      oldest,
      Duration.minutes(5).toSeconds(),
      'Messages reach their readers more than five minutes late.',
    ),
    InboxStalled: wait(
      oldest,
      Duration.days(1).toSeconds(),
      `Events have not been stored for a day; after ${QUEUE_RETENTION.toDays()} days SQS deletes them.`,
    ),
    // SQS leaves a message that was received again and again out of the age, and that is just what
    // the few senders do whose events cannot be stored. They return at least every five minutes.
    EventsHeldBack: fault(
      serviceMetric(stage, 'EventReturned').with({ period }),
      'For half an hour the events of some senders have gone back to the queue, and wait.',
      { evaluationPeriods: 3 },
    ),
    DeadLetterQueueNotEmpty: deadLetters(
      inbox.deadLetterQueue,
      'An event was not stored, and later events of its sender have overtaken it.',
    ),
    DeadLetterQueueExpiring: expiringDeadLetters(
      inbox.deadLetterQueue,
      'In at most 4 days SQS deletes an event that is stored nowhere else.',
    ),
  };
}

function processorAlarms({ processor }: WatchedPath): AlarmSpecs {
  return {
    ProcessorFailing: fault(
      processor.metricErrors(),
      'Batches crash instead of being stored, and the senders in them wait.',
      LASTING,
    ),
    ProcessorThrottled: fault(
      processor.metricThrottles(),
      'Events wait in the inbox for want of Lambda concurrency.',
      LASTING,
    ),
  };
}
