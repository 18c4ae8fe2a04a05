import type { WatchedAlarm } from '../template/watching.ts';
import type { MetricPoints } from './metric.ts';
import type { MetricStore } from './metric-store.ts';

/**
 * The alarms that would speak, by what is measured here.
 *
 * Nothing measured is no fault: that is what the alarms of the app take it for. What SQS falls silent about is
 * measured all the same.
 */
export function speakingOf(
  alarms: readonly WatchedAlarm[],
  store: MetricStore,
  now: number,
): readonly WatchedAlarm[] {
  return alarms.filter((alarm) => {
    const values = valuesOf(alarm, store, now);
    const breaching = values.filter((value) => value !== null && value >= alarm.threshold);
    return breaching.length >= alarm.datapointsToAlarm;
  });
}

function valuesOf(alarm: WatchedAlarm, store: MetricStore, now: number): MetricPoints {
  const { source, periodSeconds, evaluationPeriods } = alarm;
  const from = now - 1000 * periodSeconds * evaluationPeriods;
  const points = Object.entries(source.metrics).map(
    ([id, query]) => [id, store.read(query, { from, to: now, periodSeconds })] as const,
  );
  if (source.expression === undefined) return points[0]?.[1] ?? [];
  const worked = workedOut(source.expression);
  return Array.from({ length: evaluationPeriods }, (_, at) =>
    worked(Object.fromEntries(points.map(([id, values]) => [id, values[at] ?? null]))),
  );
}

type Values = Readonly<Record<string, number | null>>;
type Worked = (values: Values) => number | null;

/** The three forms of expressions that alarms of the app have. Throws on any other. */
function workedOut(expression: string): Worked {
  const worked = shareOf(expression) ?? whileOf(expression) ?? sumOf(expression);
  if (worked !== undefined) return worked;
  throw new Error(`the local stack cannot work out "${expression}"`);
}

/** `100 * errors / requests` */
function shareOf(expression: string): Worked | undefined {
  const [, factor, part = '', whole = ''] = /^(\d+) \* (\w+) \/ (\w+)$/.exec(expression) ?? [];
  if (factor === undefined) return undefined;
  return (values) => {
    const { [part]: of = null, [whole]: all = null } = values;
    return of === null || all === null || all === 0 ? null : (Number(factor) * of) / all;
  };
}

/** `IF(FILL(behind, 0) < 1800000, lost, 0)`: a value counts only while another is small. */
function whileOf(expression: string): Worked | undefined {
  const [, small = '', limit, name = ''] =
    /^IF\(FILL\((\w+), 0\) < (\d+), (\w+), 0\)$/.exec(expression) ?? [];
  if (limit === undefined) return undefined;
  return (values) => ((values[small] ?? 0) < Number(limit) ? (values[name] ?? null) : 0);
}

/** `sender + ticker + FILL(ticks, 0)`; what is not measured adds nothing. */
function sumOf(expression: string): Worked | undefined {
  const terms = expression
    .split(' + ')
    .map((term) => /^(?:FILL\((\w+), 0\)|(\w+))$/.exec(term))
    .map((match) => match?.[1] ?? match?.[2]);
  if (terms.includes(undefined)) return undefined;
  return (values) => {
    const measured = terms.flatMap((term) => values[term ?? ''] ?? []);
    return measured.length === 0 ? null : measured.reduce((sum, value) => sum + value, 0);
  };
}
