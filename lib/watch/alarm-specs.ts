import { Duration } from 'aws-cdk-lib';
import { type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { QUEUE_RETENTION } from '../shared/ordered-queue.ts';
import type { ServiceAlarmProps } from './service-alarm.ts';

type AlarmSpec = Omit<ServiceAlarmProps, 'topic'>;

/** By the alarm's id, which is its heading in the runbook. */
export type AlarmSpecs = Readonly<Record<string, AlarmSpec>>;

/** Two periods in three: a fault that mends itself within five minutes wakes nobody. */
export const LASTING = { evaluationPeriods: 3, datapointsToAlarm: 2 };

/** Something that must not happen at all. It is counted when it happens: no data is no fault. */
export function fault(metric: IMetric, impact: string, rest: Partial<AlarmSpec> = {}): AlarmSpec {
  const treatMissingData = TreatMissingData.NOT_BREACHING;
  return { metric, threshold: 1, impact, treatMissingData, ...rest };
}

/** Something waits. An age is told only while something does: no data is no wait. */
export function wait(
  metric: IMetric,
  threshold: number,
  impact: string,
  rest: Partial<AlarmSpec> = {},
): AlarmSpec {
  return { metric, threshold, impact, treatMissingData: TreatMissingData.NOT_BREACHING, ...rest };
}

/** Something lies in a dead-letter queue. SQS falls silent about a queue that nobody touches: what was last known holds. */
export function deadLetters(queue: IQueue, impact: string): AlarmSpec {
  const metric = queue.metricApproximateNumberOfMessagesVisible({
    period: Duration.minutes(1),
    statistic: Stats.MAXIMUM,
  });
  return { metric, threshold: 1, impact, treatMissingData: TreatMissingData.IGNORE };
}

/** Something has lain in a dead-letter queue for so long that four days are left. */
export function expiringDeadLetters(queue: IQueue, impact: string): AlarmSpec {
  const leftAfter = QUEUE_RETENTION.toSeconds() - Duration.days(4).toSeconds();
  return wait(ageOfOldest(queue), leftAfter, impact);
}

/** In seconds. */
export function ageOfOldest(queue: IQueue): IMetric {
  return queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) });
}

/** How far a reader of the table's changes is behind, in ms: of the last record of each batch, while there are any. */
export function behindTable(reader: IFunction, period: Duration): IMetric {
  return reader.metric('IteratorAge', { statistic: Stats.MAXIMUM, period });
}
