import * as z from 'zod/mini';
import { runbookOf } from '../../bin/floodgate/status/read-status.ts';
import type { MetricQuery } from '../metrics/metric.ts';
import type { DashboardAnswer, Widget } from './answers.ts';
import type { Desk, LocalDesk } from './desk.ts';
import { localOnly } from './local-only.ts';

const settings = z.object({ label: z.optional(z.string()), stat: z.optional(z.string()) });

/** A metric as a dashboard lists it: namespace, name, pairs of dimensions, and at the end how it is drawn. */
const listed = z.array(z.union([z.string(), settings]));

const place = { x: z.number(), y: z.number(), width: z.number(), height: z.number() };

const widget = z.discriminatedUnion('type', [
  z.object({ ...place, type: z.literal('text'), properties: z.object({ markdown: z.string() }) }),
  z.object({
    ...place,
    type: z.literal('alarm'),
    properties: z.object({ alarms: z.array(z.string()) }),
  }),
  z.object({
    ...place,
    type: z.literal('metric'),
    properties: z.object({ title: z.string(), metrics: z.array(listed) }),
  }),
  z.object({
    ...place,
    type: z.literal('custom'),
    properties: z.object({ title: z.string(), endpoint: z.string(), params: z.unknown() }),
  }),
]);

const body = z.object({ widgets: z.array(widget) });

type ReadWidget = z.output<typeof widget>;
type MetricWidget = Extract<ReadWidget, { type: 'metric' }>;

/** A line of a chart, and what it is drawn from. */
interface Line {
  readonly label: string;
  readonly query: MetricQuery;
}

const POINTS = 120;

/** The dashboard of the template, drawn from what is measured here. */
export async function readDashboard(desk: Desk): Promise<DashboardAnswer> {
  const local = localOnly(desk);
  const [text = '{"widgets":[]}'] = local.watching().dashboards;
  const { widgets } = body.parse(JSON.parse(text));
  const periodSeconds = desk.periodSeconds;
  const to = Math.ceil(desk.now() / 1000 / periodSeconds) * periodSeconds;
  const span = { from: 1000 * (to - POINTS * periodSeconds), to: 1000 * to, periodSeconds };
  const drawn = widgets.map(async (one) => ({
    y: one.y,
    widget: await draw(one, local, desk, span),
  }));
  const rows = Map.groupBy(await Promise.all(drawn), ({ y }) => y);
  return {
    times: Array.from({ length: POINTS }, (_, at) => span.from / 1000 + at * periodSeconds),
    rows: [...rows.values()].map((row) => row.map((one) => one.widget)),
  };
}

async function draw(
  one: ReadWidget,
  local: LocalDesk,
  { readMetrics }: Desk,
  span: Parameters<Desk['readMetrics']>[1],
): Promise<Widget> {
  const { width, height } = one;
  switch (one.type) {
    case 'text':
      return { width, height, kind: 'text', text: one.properties.markdown };
    case 'alarm':
      return { width, height, kind: 'alarms', alarms: alarmsOf(local) };
    case 'custom': {
      const { title, endpoint, params } = one.properties;
      const html = await local.drawWidget(endpoint, params);
      return { width, height, kind: 'drawn', title, html };
    }
    case 'metric': {
      const lines = linesOf(one);
      const points = await readMetrics(
        lines.map(({ query }) => query),
        span,
      );
      const shown = lines.map(({ label }, at) => ({ label, points: points[at] ?? [] }));
      const isMeasured = shown.some((line) => line.points.some((value) => value !== null));
      return {
        width,
        height,
        kind: 'chart',
        title: one.properties.title,
        lines: shown,
        isMeasured,
      };
    }
  }
}

function alarmsOf({ watching, speaking }: LocalDesk) {
  const names = new Set(speaking().map(({ name }) => name));
  return watching()
    .alarms.map(({ name, says }) => ({
      name,
      says: says.replace(/ What to do:.*/, ''),
      runbook: runbookOf(says),
      isSpeaking: names.has(name),
    }))
    .toSorted((one, other) => Number(other.isSpeaking) - Number(one.isSpeaking));
}

/** Those that name a metric; an expression of several is none. */
export function linesOf({ properties }: Pick<MetricWidget, 'properties'>): readonly Line[] {
  return properties.metrics.flatMap((parts) => {
    const words = parts.filter((part) => typeof part === 'string');
    const { label, stat = 'Average' } = parts.find((part) => typeof part === 'object') ?? {};
    const [namespace, name, ...pairs] = words;
    if (namespace === undefined || name === undefined) return [];
    const query = { namespace, name, statistic: stat, dimensions: pairsOf(pairs) };
    return [{ label: label ?? name, query }];
  });
}

function pairsOf(words: readonly string[]): Readonly<Record<string, string>> {
  const pairs = words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? '']] : []));
  return Object.fromEntries(pairs);
}
