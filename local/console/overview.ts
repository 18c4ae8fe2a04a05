import { readStatus, runbookOf, type StackStatus } from '../../bin/floodgate/status/read-status.ts';
import { METRIC_SERVICE, type MetricName } from '../../lambda/metric-names.ts';
import type { MetricPoints, MetricQuery } from '../metrics/metric.ts';
import type { OverviewAnswer, PartAnswer, PartId, WrongAnswer } from './answers.ts';
import type { Desk } from './desk.ts';

/** What is known of a part, and where from. */
interface Part {
  readonly id: PartId;
  readonly flow: (desk: Desk) => MetricQuery | undefined;
  /** The queue before it, by its name. */
  readonly queue?: RegExp;
  /** Sections of the runbook that are about it. */
  readonly runbook: RegExp;
  /** Of so many seconds the rate is taken: longer where it is told all at once. @default 15 */
  readonly rateSeconds?: number;
}

/** In the order of an event's way, and then of a message that is sent. */
const PARTS: readonly Part[] = [
  { id: 'webhooks', flow: webhooks, runbook: /^(ingest|signedbody|secret)/ },
  {
    id: 'inbox',
    flow: sentTo(/^inbox$/i),
    queue: /^inbox$/i,
    runbook: /^(inbox|events|deadletter)/,
  },
  { id: 'table', flow: counted('EventStored'), runbook: /^(processor|table|timeline|readapi)/ },
  {
    ...{ id: 'deliveries', flow: counted('DeliverySucceeded') },
    runbook: /^(rout|recordsunrouted|endpoint|subscriber|probes|deliver)/,
  },
  { id: 'media', flow: counted('MediaStored'), queue: /^media(?!.*dead)/i, runbook: /^media/ },
  {
    // The archiver gathers for five minutes.
    ...{ id: 'archive', flow: counted('EventArchived'), rateSeconds: 300 },
    runbook: /^(archive|recordsnot|forgetting)/,
  },
  { id: 'outbox', flow: sentTo(/^outbox$/i), queue: /^outbox$/i, runbook: /^outbox/ },
  {
    // The sender works at a lane for nearly a minute, and then tells how many it sent.
    ...{ id: 'sent', flow: counted('MessageSent'), rateSeconds: 60 },
    runbook: /^(sending|channel|messages|campaign|checks)/,
  },
];

/** Periods that are shown. */
const PERIODS = 60;
const RATE_SECONDS = 15;
/** That of one alone is as uneven as traffic is. */
const LEAST_RATE_PERIODS = 3;

/** How all parts of an event's way fare. */
export async function readOverview(desk: Desk): Promise<OverviewAnswer> {
  const { stack, api, local, periodSeconds } = desk;
  const [status, measured] = await Promise.all([readStatus(stack, api), measure(desk)]);
  const wrong = wrongOf(status, local?.speaking() ?? []);
  const isLocal = local !== undefined;
  return {
    ...{ stack: stack.name, url: stack.api, isLocal, periodSeconds, wrong },
    parts: PARTS.map((part, at) =>
      partAnswer(part, status, wrong, { periodSeconds, ...measured(at) }),
    ),
    subscribers: status.subscribers.length,
    channels: status.channels.length,
    has: { live: desk.feed() !== undefined, phones: isLocal, dashboard: isLocal },
  };
}

/** An alarm about what is known to be wrong, by its section of the runbook, says nothing new. */
export function wrongOf(
  { wrong }: Pick<StackStatus, 'wrong'>,
  speaking: readonly { readonly says: string }[],
): readonly WrongAnswer[] {
  const known = new Set(wrong.map(({ runbook }) => runbook));
  return [
    ...wrong.map(({ what, look, runbook }) => ({ what: impactOf(what), look, runbook })),
    ...speaking
      .map(({ says }) => ({ what: impactOf(says), look: null, runbook: runbookOf(says) }))
      .filter(({ runbook }) => !known.has(runbook)),
  ];
}

/** Without where to read on, which is a link here. */
function impactOf(says: string): string {
  return says.replace(/ What to do: docs\/runbook\.md#[\w-]+/, '');
}

interface Measured {
  readonly flow: MetricPoints;
  /** Of each period the age of the oldest message, in seconds. */
  readonly oldest: MetricPoints;
}

/** Asks for all at once. */
async function measure(desk: Desk): Promise<(part: number) => Measured> {
  const { stack, periodSeconds, readMetrics, now } = desk;
  const periodMs = 1000 * periodSeconds;
  const to = periodMs * Math.ceil(now() / periodMs);
  const queries = PARTS.flatMap(({ flow, queue }) => [
    flow(desk),
    queue && ofQueue(stack.queues, queue, 'ApproximateAgeOfOldestMessage', 'Maximum'),
  ]);
  const asked = queries.filter((query) => query !== undefined);
  const span = { from: to - PERIODS * periodMs, to, periodSeconds };
  const points = new Map(
    (await readMetrics(asked, span)).map((read, at) => [asked[at], read] as const),
  );
  const pointsOf = (at: number) => points.get(queries[at]) ?? [];
  return (part) => ({ flow: pointsOf(2 * part), oldest: pointsOf(2 * part + 1) });
}

function partAnswer(
  { id, queue, runbook, rateSeconds = RATE_SECONDS }: Part,
  status: StackStatus,
  wrong: readonly WrongAnswer[],
  { flow, oldest, periodSeconds }: Measured & { readonly periodSeconds: number },
): PartAnswer {
  const own = wrong.filter((one) => one.runbook !== null && runbook.test(one.runbook));
  const known = { id, rate: rateOf(flow, periodSeconds, rateSeconds), points: flow, wrong: own };
  if (id === 'deliveries') return { ...known, ...waitingOfSubscribers(status) };
  const held = status.queues.find(({ name }) => queue?.test(name));
  if (held === undefined) return { ...known, waiting: null, oldestSeconds: null };
  const waiting = held.waiting + held.underWay;
  const age = oldest.findLast((value) => value !== null) ?? null;
  return { ...known, waiting, oldestSeconds: waiting === 0 ? null : age };
}

/** How many a second, of the last periods: the one that is not over yet counts for what it has, if that is more. */
export function rateOf(
  points: MetricPoints,
  periodSeconds: number,
  ofSeconds: number,
): number | null {
  if (points.length === 0) return null;
  const periods = Math.max(Math.ceil(ofSeconds / periodSeconds), LEAST_RATE_PERIODS);
  const sum = (some: MetricPoints) => some.reduce<number>((all, one) => all + (one ?? 0), 0);
  const over = points.slice(0, -1).slice(-periods);
  const withLast = points.slice(-periods);
  return Math.max(sum(over), sum(withLast)) / (periods * periodSeconds);
}

function waitingOfSubscribers({
  subscribers,
  at,
}: StackStatus): Pick<PartAnswer, 'waiting' | 'oldestSeconds'> {
  if (subscribers.length === 0) return { waiting: null, oldestSeconds: null };
  const since = subscribers.flatMap(({ waitingSince }) => waitingSince ?? []).toSorted();
  const [first] = since;
  return {
    waiting: subscribers.reduce((sum, { waiting }) => sum + (waiting ?? 0), 0),
    oldestSeconds: first === undefined ? null : (Date.parse(at) - Date.parse(first)) / 1000,
  };
}

/** Not all requests of the API: who looks at the console asks it all the time. */
function webhooks({ ingestFunction: FunctionName }: Desk): MetricQuery | undefined {
  if (FunctionName === undefined) return undefined;
  const dimensions = { FunctionName };
  return { namespace: 'AWS/Lambda', name: 'Invocations', statistic: 'Sum', dimensions };
}

/** What the functions count. */
function counted(name: MetricName): Part['flow'] {
  return ({ metricNamespace }) => ({
    ...{ namespace: metricNamespace, name, statistic: 'Sum' },
    dimensions: { service: METRIC_SERVICE },
  });
}

function sentTo(queue: RegExp): Part['flow'] {
  return ({ stack }) => ofQueue(stack.queues, queue, 'NumberOfMessagesSent', 'Sum');
}

function ofQueue(
  queues: Desk['stack']['queues'],
  wanted: RegExp,
  name: string,
  statistic: string,
): MetricQuery | undefined {
  const [, url] = Object.entries(queues).find(([queue]) => wanted.test(queue)) ?? [];
  if (url === undefined) return undefined;
  const QueueName = url.slice(url.lastIndexOf('/') + 1);
  return { namespace: 'AWS/SQS', name, statistic, dimensions: { QueueName } };
}
