import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { StreamedChange } from './aws/change-stream.ts';
import {
  LOCAL_PATH_TOKEN,
  LOCAL_PROVIDER_SETTINGS,
  LOCAL_TOKENS,
  type ProviderSettings,
} from './aws/secret-values.ts';
import { type AwsServices, type Faults, startAwsServices } from './aws-services.ts';
import { LocalClock } from './clock.ts';
import type { EventSource } from './functions/event-source.ts';
import { startEventSources } from './functions/event-sources.ts';
import type { InvocationResult } from './functions/execution-environment.ts';
import { functionHosts } from './functions/function-hosts.ts';
import type { AwsEndpoints } from './functions/function-variables.ts';
import { startSchedules } from './functions/schedules.ts';
import { type RequestTaker, serveHttpApi } from './http/front.ts';
import { KEEPS_NOTHING, type Keep } from './keep/keep.ts';
import { type Measures, measuresInto } from './metrics/measure.ts';
import type { MetricStore } from './metrics/metric-store.ts';
import { type Output, silentOutput } from './output.ts';
import { Rights } from './rights/rights.ts';
import { subscriberQueuesArnOf } from './sqs/own-queues.ts';
import type { QueueModel } from './sqs/queue-model.ts';
import { readAssembly } from './template/assembly-files.ts';
import type { LocalTemplate } from './template/template.ts';
import { readWatching, type Watching } from './template/watching.ts';
import type { Target } from './traffic/sign.ts';
import { serveWhatsApp, type WhatsApp } from './whatsapp/serve-whatsapp.ts';
import { functionOf, invokerOf, routesOf } from './wiring.ts';

export interface LocalStackOptions {
  /** Folder that `buildAssembly` or `cdk synth` wrote. */
  readonly assembly: string;
  /** @default any free one */
  readonly port?: number | undefined;
  /** @default the values that the README names */
  readonly providers?: ProviderSettings;
  /** @default silent */
  readonly output?: Output;
  /** Execution environments of each function at most. @default one a core, and two at least */
  readonly maxConcurrency?: number;
  /**
   * Whether each function has an execution environment before its first invocation, and those that
   * nobody waits for yield to the others. @default true
   */
  readonly answersQuickly?: boolean;
  /** How long Lambda takes to switch an event source mapping; in AWS up to a minute. @default 100 */
  readonly switchMs?: number | undefined;
  /** Where what plays AWS listens, and after it the stand-in. @default wherever is room */
  readonly firstPort?: number | undefined;
  /** Where what is measured goes. @default nobody measures */
  readonly metrics?: MetricStore | undefined;
  /** Hears of each change of the table. */
  readonly onChange?: ((change: StreamedChange) => void) | undefined;
  /** What is served at the port of the HTTP API beside it. @default nothing */
  readonly beside?: RequestTaker | undefined;
  /** For tests that would wait for it. @default that of the template */
  readonly visibilityTimeoutSeconds?: number;
  /** What is there again at the next start. @default nothing */
  readonly keep?: Keep | undefined;
}

export interface LocalStack {
  readonly url: string;
  readonly aws: AwsEndpoints;
  /** The stand-in for Meta and WasenderApi, and for the people at the other end. */
  readonly whatsapp: WhatsApp;
  readonly table: string;
  readonly buckets: readonly string[];
  /** URLs by short name, such as `inbox`. */
  readonly queues: Readonly<Record<string, string>>;
  /** What the ARNs of subscribers' queues begin with, which are made at run time. */
  readonly subscriberQueuesArn: string;
  /** Tells the time of queues, secrets and functions; move it on instead of waiting. */
  readonly clock: LocalClock;
  /** What the functions may do, and what of it they did. */
  readonly rights: Rights;
  /** The function that takes webhooks in. */
  readonly ingestFunction: string | undefined;
  /** Where the functions count. */
  readonly metricNamespace: string;
  /** The alarms and dashboards of the template, which AWS would run. */
  readonly watching: () => Watching;
  /** Invokes a function by its ARN, as whoever looks at a dashboard does. */
  readonly invoke: (functionArn: string, event: unknown) => Promise<InvocationResult>;
  /** A queue's model, to look into. */
  readonly queue: (shortName: string) => QueueModel;
  /** Makes calls of the functions fail; change it at any time. */
  readonly faults: Faults;
  /** Messages in the queues and changes in the streams that functions read, and are not done with. */
  readonly left: () => number;
  /**
   * Finishes what it accepted: answers first, then queues and streams, for as long as is given.
   *
   * Returns how many messages and changes are left.
   */
  readonly stop: (drainMs?: number) => Promise<number>;
}

const SWITCH_MS = 100;

/** After the services of AWS. */
const STAND_IN_AT = 6;

function standIn(firstPort: number | undefined) {
  return {
    tokens: LOCAL_TOKENS,
    port: firstPort === undefined ? 0 : firstPort + STAND_IN_AT,
  };
}

/** Runs on loopback what a template deploys: its code, routes, environment and wiring. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const opened = new AsyncDisposableStack();
  opened.defer(() => options.keep?.close());
  try {
    return await open(options, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function open(options: LocalStackOptions, opened: AsyncDisposableStack): Promise<LocalStack> {
  const { output = silentOutput, providers = LOCAL_PROVIDER_SETTINGS } = options;
  const {
    maxConcurrency = Math.max(availableParallelism(), 2),
    visibilityTimeoutSeconds,
    firstPort,
    switchMs = SWITCH_MS,
    answersQuickly = true,
    keep,
  } = options;
  const files = readAssembly(options.assembly);
  const clock = keptClock(keep ?? KEEPS_NOTHING);
  const rights = new Rights(output.failure);
  const faults: Faults = {};
  const services = await startAwsServices(
    {
      ...{ files, clock, rights, faults, providers, switchMs, keep },
      ...{ visibilityTimeoutSeconds, firstPort },
    },
    opened,
  );
  const { endpoints, queues, template } = services;
  const measures = watchedBy(options, services, clock, opened);
  const { promise: target, resolve: tellTarget } = Promise.withResolvers<Target>();
  const whatsapp = await serveWhatsApp({ clock, target, keep, ...standIn(firstPort) });
  opened.defer(() => whatsapp.close());

  const hosts = functionHosts({
    ...{ template, files, endpoints, rights, clock, output, measures },
    ...{ maxConcurrency, answersQuickly },
    providerUrls: whatsapp.urls,
  });
  opened.defer(async () => void (await Promise.all(hosts.map((host) => host.stop()))));
  if (answersQuickly) await Promise.all(hosts.map((host) => host.warm()));

  const front = await serveHttpApi({
    routes: routesOf(template, hosts),
    port: options.port,
    beside: options.beside,
    onAnswer: (routeKey = 'no route', status, ms) => {
      output.detail(`${routeKey} ${status} ${ms.toFixed(1)} ms`);
      measures?.answer(status, ms);
    },
  });
  opened.defer(() => front.close());
  tellTarget(targetOf(front.url, providers));

  const sources = [
    ...startEventSources({ services, hosts, clock, rights, output, maxConcurrency, keep }),
    ...startSchedules({ template, hosts, clock }),
  ];
  opened.defer(() => {
    for (const source of sources) source.stop();
  });
  return {
    ...{ url: front.url, clock, rights, aws: endpoints, whatsapp, faults },
    ...namesIn(template),
    watching: () => readWatching(files, (name) => queues.urlOf(name)),
    invoke: invokerOf(hosts),
    queue: (short) => queueCalled(short, queues),
    left: () => leftIn(sources),
    stop: async (drainMs = 0) => {
      const deadline = Date.now() + drainMs;
      await front.close(drainMs);
      const left = await drain(sources, deadline);
      await opened.disposeAsync();
      output.flush();
      return left + services.mappings.resting;
    },
  };
}

/** As far ahead of the machine as it was. */
function keptClock(keep: Keep): LocalClock {
  const shelf = keep.shelf('clock', (json) => z.number().parse(json));
  const clock = new LocalClock();
  for (const [, aheadMs] of shelf.entries()) clock.advance(aheadMs);
  clock.onAdvance(() => shelf.put('ahead', clock.aheadMs));
  return clock;
}

/** Has whoever wants it hear of what flows. Returns what measures; undefined where nobody does. */
function watchedBy(
  { metrics, onChange }: LocalStackOptions,
  { streams, queues, template }: AwsServices,
  clock: LocalClock,
  opened: AsyncDisposableStack,
): Measures | undefined {
  if (onChange !== undefined) for (const stream of streams) stream.addReader(onChange);
  if (metrics === undefined) return undefined;
  const measures = measuresInto(metrics, apiIdOf(template), clock);
  opened.defer(measures.watchQueues(queues));
  return measures;
}

/** By which its resources are asked for. */
function namesIn(template: LocalTemplate) {
  return {
    table: template.table[0]?.name ?? '',
    buckets: template.bucket.map(({ name }) => name),
    queues: Object.fromEntries(template.queue.map(({ name, ref }) => [shortName(name), ref])),
    subscriberQueuesArn: subscriberQueuesArnOf(template),
    ingestFunction: functionOf('POST /webhooks/meta', template)?.name,
    metricNamespace: template.function[0]?.Environment.Variables[NAMESPACE_VARIABLE] ?? '',
  };
}

/** @param called by its short name, or its URL */
function queueCalled(called: string, queues: AwsServices['queues']): QueueModel {
  const name = queues.names().find((one) => shortName(one) === called);
  return queues.byUrl(name ?? called).queue;
}

/** Where the providers' webhooks go, and what proves them. */
function targetOf(baseUrl: string, providers: ProviderSettings): Target {
  const [meta = ''] = providers.metaAppSecrets;
  const [wasender = ''] = providers.wasenderSecrets;
  return { baseUrl, secrets: { meta, wasender }, pathToken: LOCAL_PATH_TOKEN };
}

/** Waits until the functions have taken what there is, then for what they do with it. Returns what is left. */
async function drain(sources: readonly EventSource[], deadline: number): Promise<number> {
  for (const source of sources) source.hurry();
  while (Date.now() < deadline && leftIn(sources) > 0) await sleep(100);
  const left = leftIn(sources);
  for (const source of sources) source.stop();
  const grace = new AbortController();
  await Promise.race([
    Promise.all(sources.map(({ finished }) => finished)),
    sleep(Math.max(deadline - Date.now(), 0), undefined, { signal: grace.signal }).catch(
      () => undefined,
    ),
  ]);
  grace.abort();
  return left;
}

function leftIn(sources: readonly EventSource[]): number {
  return sources.reduce((sum, { left }) => sum + left(), 0);
}

/** By which Powertools is told where to count. */
const NAMESPACE_VARIABLE = 'POWERTOOLS_METRICS_NAMESPACE';

/** By which metrics name the HTTP API. */
function apiIdOf({ route }: LocalTemplate): string {
  return route[0]?.ApiId ?? '';
}

/** `InboxDeadLetterQueue.fifo` is `inboxDeadLetter`. */
function shortName(queueName: string): string {
  const name = queueName.replace(/(Queue)?(\.fifo)?$/, '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}
