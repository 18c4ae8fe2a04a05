import * as z from 'zod/mini';
import type { Metric } from './metric.ts';

const schema = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/**
 * The metrics that a line of a function's log holds, each with its values; none where it holds none.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(line: string): { metric: Metric; values: readonly number[] }[] {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return [];
  const read = schema.safeParse(parse(line)).data;
  if (read === undefined) return [];
  return read._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(read[name] ?? '')]));
      return Metrics.map(({ Name: name }) => ({
        metric: { namespace: Namespace, name, dimensions },
        values: numbersIn(read[name]),
      }));
    }),
  );
}

function numbersIn(value: unknown): readonly number[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === 'number');
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
