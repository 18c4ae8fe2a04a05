import * as z from 'zod/mini';
import type { MetricQuery } from '../metrics/metric.ts';
import { addressOf, scopeOf } from './addresses.ts';
import type { AssemblyFiles } from './assembly-files.ts';
import { resolve } from './intrinsics.ts';
import type { QueueUrl } from './template.ts';

/** What a value is worked out of: one metric, or an expression of several. */
interface AlarmSource {
  /** By the names that the expression has for them. */
  readonly metrics: Readonly<Record<string, MetricQuery>>;
  /** Undefined where it is the one metric. */
  readonly expression: string | undefined;
}

/** An alarm of the template, as CloudWatch would evaluate it. */
export interface WatchedAlarm {
  /** Its id in the app, which is its heading in the runbook. */
  readonly name: string;
  /** What it costs, and where to read on. */
  readonly says: string;
  readonly source: AlarmSource;
  /** Speaks at this value and above. */
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
}

export interface Watching {
  readonly alarms: readonly WatchedAlarm[];
  /** Bodies of the dashboards, as CloudWatch takes them. */
  readonly dashboards: readonly string[];
}

const dimensions = z._default(z.array(z.object({ Name: z.string(), Value: z.string() })), []);

const metricStat = z.object({
  Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions }),
  Period: z.number(),
  Stat: z.string(),
});

const alarmSchema = z.object({
  AlarmDescription: z._default(z.string(), ''),
  Threshold: z.number(),
  ComparisonOperator: z.literal('GreaterThanOrEqualToThreshold'),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.optional(z.number()),
  Namespace: z._default(z.string(), ''),
  MetricName: z._default(z.string(), ''),
  Dimensions: dimensions,
  Statistic: z.optional(z.string()),
  ExtendedStatistic: z.optional(z.string()),
  Period: z._default(z.number(), 60),
  Metrics: z.optional(
    z.array(
      z.object({
        Id: z.string(),
        Expression: z.optional(z.string()),
        MetricStat: z.optional(metricStat),
      }),
    ),
  ),
});

type ReadAlarm = z.output<typeof alarmSchema>;

const ALARM_MEMBERS = Object.keys(alarmSchema.shape);

/** Reads alarms and dashboards, with references worked out to local names. */
export function readWatching({ template }: AssemblyFiles, queueUrl: QueueUrl): Watching {
  const ofType = (type: string) =>
    Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
  return {
    alarms: ofType('AWS::CloudWatch::Alarm').map(([logicalId, resource]) => {
      const scope = scopeOf(template, logicalId, queueUrl);
      const read = Object.entries(resource.Properties).filter(([name]) =>
        ALARM_MEMBERS.includes(name),
      );
      const properties = alarmSchema.parse(resolve(Object.fromEntries(read), scope));
      const name = addressOf(logicalId, resource, queueUrl)?.name ?? logicalId;
      return toAlarm(name, properties);
    }),
    dashboards: ofType('AWS::CloudWatch::Dashboard').map(([logicalId, { Properties }]) =>
      z
        .string()
        .parse(resolve(Properties['DashboardBody'], scopeOf(template, logicalId, queueUrl))),
    ),
  };
}

/** The construct that holds all alarms has the same name in each logical id. */
const IN_THEIR_CONSTRUCT = /^Alarms(?=[A-Z])/;

function toAlarm(name: string, alarm: ReadAlarm): WatchedAlarm {
  return {
    name: name.replace(IN_THEIR_CONSTRUCT, ''),
    says: alarm.AlarmDescription,
    source: sourceOf(alarm),
    threshold: alarm.Threshold,
    periodSeconds:
      alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ?? alarm.Period,
    evaluationPeriods: alarm.EvaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
  };
}

function sourceOf(alarm: ReadAlarm): AlarmSource {
  const { Metrics: several, Namespace, MetricName, Dimensions } = alarm;
  const statistic = alarm.Statistic ?? alarm.ExtendedStatistic ?? 'Sum';
  if (several === undefined) {
    const Metric = { Namespace, MetricName, Dimensions };
    return { metrics: { one: queryOf(Metric, statistic) }, expression: undefined };
  }
  const metrics = several.flatMap(({ Id, MetricStat: stat }) =>
    stat === undefined ? [] : [[Id, queryOf(stat.Metric, stat.Stat)] as const],
  );
  return {
    metrics: Object.fromEntries(metrics),
    expression: several.find(({ Expression }) => Expression !== undefined)?.Expression,
  };
}

function queryOf(
  { Namespace, MetricName, Dimensions }: z.output<typeof metricStat>['Metric'],
  statistic: string,
): MetricQuery {
  return {
    ...{ namespace: Namespace, name: MetricName, statistic },
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  };
}
