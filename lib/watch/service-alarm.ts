import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  type TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface ServiceAlarmProps {
  readonly metric: IMetric;
  /** The alarm goes off at this value and above. */
  readonly threshold: number;
  /** What it costs a user when nobody acts, as a sentence. */
  readonly impact: string;
  /** What no data means; there is no answer that is right for every metric. */
  readonly treatMissingData: TreatMissingData;
  /** Hears when it goes off and when it is over. */
  readonly topic: ITopic;

  /**
   * Periods of the metric that are looked at.
   *
   * @default 1
   */
  readonly evaluationPeriods?: number;

  /**
   * How many of those must be at the threshold.
   *
   * @default - all of them
   */
  readonly datapointsToAlarm?: number;
}

/** An alarm that says what it costs and where its section of the runbook is: its id is the heading. */
export class ServiceAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: ServiceAlarmProps) {
    const { impact, topic, evaluationPeriods = 1, ...rest } = props;
    super(scope, id, {
      ...rest,
      evaluationPeriods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      alarmDescription: `${impact} What to do: docs/runbook.md#${id.toLowerCase()}`,
      // With few requests a percentile is one slow request, not a symptom.
      ...(isPercentile(props.metric) && { evaluateLowSampleCountPercentile: 'ignore' }),
    });
    const action = new SnsAction(topic);
    this.addAlarmAction(action);
    this.addOkAction(action);
  }
}

function isPercentile(metric: IMetric): boolean {
  return /^p\d/.test(metric.toMetricConfig().metricStat?.statistic ?? '');
}
