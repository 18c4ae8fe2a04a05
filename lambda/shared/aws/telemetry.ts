import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { METRIC_SERVICE, type MetricName } from '../../metric-names.ts';

/** Fields of a log line. Never a number, name, text, secret, signature or wamid: event ids say which. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Telemetry {
  /** Adds to a metric of this invocation. */
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
  /** Writes what was counted and logged. Call once, at the end of each invocation. */
  readonly flush: () => Promise<void>;
}

/**
 * Logs and metrics by Powertools, loaded when there is something to write: most webhooks have
 * nothing to say, and a cold start should not wait for what it does not use.
 */
export function createTelemetry(serviceName: string): Telemetry {
  let counts = new Map<MetricName, number>();
  let lines: { level: 'warn' | 'error'; message: string; fields: LogFields }[] = [];
  let powertools: Promise<{ logger: Logger; metrics: Metrics }> | undefined;

  return {
    count: (metric, value = 1) => {
      if (value > 0) counts.set(metric, (counts.get(metric) ?? 0) + value);
    },
    warn: (message, fields = {}) => lines.push({ level: 'warn', message, fields }),
    error: (message, fields = {}) => lines.push({ level: 'error', message, fields }),
    flush: async () => {
      if (counts.size === 0 && lines.length === 0) return;
      const [counted, logged] = [counts, lines];
      [counts, lines] = [new Map(), []];
      powertools ??= loadPowertools(serviceName);
      const { logger, metrics } = await powertools;
      for (const { level, message, fields } of logged) logger[level](message, fields);
      for (const [metric, value] of counted) metrics.addMetric(metric, 'Count', value);
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}

async function loadPowertools(serviceName: string) {
  const [{ Logger }, { Metrics }] = await Promise.all([
    import('@aws-lambda-powertools/logger'),
    import('@aws-lambda-powertools/metrics'),
  ]);
  return {
    logger: new Logger({ serviceName }),
    // The namespace is in the environment: each stage counts in its own.
    metrics: new Metrics({ serviceName: METRIC_SERVICE }),
  };
}
