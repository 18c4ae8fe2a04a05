import { GraphWidget, type IMetric, type IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { MetricName } from '../../lambda/metric-names.ts';
import type { Stage } from '../stage.ts';
import { serviceMetric } from './service-metric.ts';

/** Widgets share the 24 columns of a row. */
const ROW_WIDTH = 24;

/** What the dashboard shows of one step of an event's way. Its number stands before each title. */
export interface Row {
  readonly step: number;
  readonly widgets: readonly IWidget[];
}

type Graph = (step: number, width: number) => IWidget;

/** As wide as its row will have it. */
export function graph(title: string, left: IMetric[]): Graph {
  return (step, width) =>
    new GraphWidget({ title: `${step} ${title}`, left, width, height: 5, leftYAxis: { min: 0 } });
}

export function row(step: number, ...graphs: Graph[]): Row {
  return { step, widgets: graphs.map((at) => at(step, ROW_WIDTH / graphs.length)) };
}

/** What a function's code counts, a line a metric. */
export function counted(stage: Stage, names: readonly MetricName[]): IMetric[] {
  return names.map((name) => serviceMetric(stage, name));
}

/** Invocations that ended in an error, and those that were refused. */
export function failures(fn: IFunction): IMetric[] {
  return [fn.metricErrors({ label: 'crashed' }), fn.metricThrottles({ label: 'throttled' })];
}

/** How far a reader of the table's changes is behind, in ms. */
export function behind(reader: IFunction): IMetric[] {
  return [reader.metric('IteratorAge', { statistic: Stats.MAXIMUM, label: 'behind' })];
}

/** The most messages that a queue held at once. */
export function depth(queue: IQueue): IMetric[] {
  const peak = { statistic: Stats.MAXIMUM };
  return [
    queue.metricApproximateNumberOfMessagesVisible({ ...peak, label: 'waiting' }),
    queue.metricApproximateNumberOfMessagesNotVisible({ ...peak, label: 'in flight' }),
  ];
}

/** The most messages that a dead-letter queue held. */
export function deadLettersIn(queue: IQueue, label: string): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, label });
}

export function oldestIn(queue: IQueue): IMetric[] {
  return [queue.metricApproximateAgeOfOldestMessage({ label: 'oldest' })];
}
