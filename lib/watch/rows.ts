import { GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambda/metric-names.ts';
import type { Stage } from '../stage.ts';
import { serviceMetric } from './service-metric.ts';

/** Widgets share the 24 columns of a row. */
const ROW_WIDTH = 24;

/** What a function's code counts, a line a metric. */
export function counted(stage: Stage, names: readonly MetricName[]): IMetric[] {
  return names.map((name) => serviceMetric(stage, name));
}

/** As wide as its row will have it. */
export function graph(title: string, left: IMetric[]): (width: number) => IWidget {
  return (width) => new GraphWidget({ title, left, width, height: 5, leftYAxis: { min: 0 } });
}

export function row(...graphs: ((width: number) => IWidget)[]): IWidget[] {
  return graphs.map((at) => at(ROW_WIDTH / graphs.length));
}
