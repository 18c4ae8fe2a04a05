import { styleText } from 'node:util';
import * as z from 'zod/mini';

export interface OutputOptions {
  readonly write: (line: string) => void;
  /** Shows each answer, batch and log line, and metrics as they come. */
  readonly verbose: boolean;
  readonly colours: boolean;
}

export interface Output {
  /** A line that a function wrote: a metric, a log line, or anything else. */
  readonly functionLine: (functionName: string, line: string) => void;
  readonly failure: (functionName: string, detail: string) => void;
  /** Only shown when verbose. */
  readonly detail: (line: string) => void;
  /** Shows the metrics counted since the last time. */
  readonly flush: () => void;
}

const metricsSchema = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(z.object({ Metrics: z.array(z.object({ Name: z.string() })) })),
  }),
});
const logSchema = z.looseObject({ level: z.string(), message: z.string() });

/** Members of a Powertools log line that say nothing here. */
const NOISE = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'sampling_rate',
  'xray_trace_id',
]);

/** Shows what the functions write: metrics summed up until the next flush, log lines in one short line each. */
export function createOutput({ write, verbose, colours }: OutputOptions): Output {
  const counted = new Map<string, Map<string, number>>();
  const colour = (format: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text;
  const show = (functionName: string, text: string) =>
    write(`${colour('dim', clock())} ${colour('cyan', functionName)} ${text}`);
  const flush = () => {
    for (const [functionName, metrics] of counted) {
      show(functionName, [...metrics].map(([name, sum]) => `${name} ${sum}`).join('  '));
    }
    counted.clear();
  };
  const showLog = (functionName: string, log: z.output<typeof logSchema>) => {
    if (log.level === 'DEBUG' && !verbose) return;
    const severity = colour(log.level === 'ERROR' ? 'red' : 'yellow', log.level);
    show(functionName, `${severity} ${log.message}${fields(log)}`);
  };
  return {
    functionLine: (functionName, line) => {
      const json = parse(line);
      const metrics = metricsSchema.safeParse(json);
      if (metrics.success) {
        count(counted, functionName, metrics.data);
        if (verbose) flush();
        return;
      }
      const log = logSchema.safeParse(json);
      if (log.success) showLog(functionName, log.data);
      else show(functionName, line);
    },
    failure: (functionName, detail) => show(functionName, `${colour('red', 'failed')} ${detail}`),
    detail: (line) => {
      if (verbose) write(`${colour('dim', clock())} ${line}`);
    },
    flush,
  };
}

export const silentOutput: Output = createOutput({
  write: () => undefined,
  verbose: false,
  colours: false,
});

function count(
  counted: Map<string, Map<string, number>>,
  functionName: string,
  metrics: z.output<typeof metricsSchema>,
): void {
  const sums = counted.get(functionName) ?? new Map<string, number>();
  counted.set(functionName, sums);
  for (const { Metrics } of metrics._aws.CloudWatchMetrics) {
    for (const { Name } of Metrics) sums.set(Name, (sums.get(Name) ?? 0) + total(metrics[Name]));
  }
}

function total(value: unknown): number {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : 0), 0);
}

function fields(log: Readonly<Record<string, unknown>>): string {
  return Object.entries(log)
    .filter(([name]) => !NOISE.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}

function parse(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
