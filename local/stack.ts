import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import {
  LOCAL_PATH_TOKEN,
  LOCAL_PROVIDER_SETTINGS,
  LOCAL_TOKENS,
  type ProviderSettings,
} from './aws/secret-values.ts';
import { type Faults, startAwsServices } from './aws-services.ts';
import { LocalClock } from './clock.ts';
import type { EventSource } from './functions/event-source.ts';
import { startEventSources } from './functions/event-sources.ts';
import { functionHosts } from './functions/function-hosts.ts';
import type { AwsEndpoints } from './functions/function-variables.ts';
import { startSchedules } from './functions/schedules.ts';
import { serveHttpApi } from './http/front.ts';
import { KEEPS_NOTHING, type Keep } from './keep/keep.ts';
import { type Output, silentOutput } from './output.ts';
import { Rights } from './rights/rights.ts';
import { subscriberQueuesArnOf } from './sqs/own-queues.ts';
import type { QueueModel } from './sqs/queue-model.ts';
import { readAssembly } from './template/assembly-files.ts';
import type { Target } from './traffic/sign.ts';
import { serveWhatsApp, type WhatsApp } from './whatsapp/serve-whatsapp.ts';
import { routesOf } from './wiring.ts';

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
  const { promise: target, resolve: tellTarget } = Promise.withResolvers<Target>();
  const whatsapp = await serveWhatsApp({ clock, target, keep, ...standIn(firstPort) });
  opened.defer(() => whatsapp.close());

  const hosts = functionHosts({
    ...{ template, files, endpoints, rights, clock, output, maxConcurrency, answersQuickly },
    providerUrls: whatsapp.urls,
  });
  opened.defer(async () => void (await Promise.all(hosts.map((host) => host.stop()))));
  if (answersQuickly) await Promise.all(hosts.map((host) => host.warm()));

  const front = await serveHttpApi({
    routes: routesOf(template, hosts),
    port: options.port,
    onAnswer: (routeKey = 'no route', status, ms) =>
      output.detail(`${routeKey} ${status} ${ms.toFixed(1)} ms`),
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
    ...{ url: front.url, clock, rights, aws: endpoints, whatsapp },
    table: template.table[0]?.name ?? '',
    buckets: template.bucket.map(({ name }) => name),
    queues: Object.fromEntries(template.queue.map(({ name, ref }) => [shortName(name), ref])),
    subscriberQueuesArn: subscriberQueuesArnOf(template),
    queue: (short) =>
      queues.byUrl(queues.names().find((name) => shortName(name) === short) ?? short).queue,
    faults,
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

/** `InboxDeadLetterQueue.fifo` is `inboxDeadLetter`. */
function shortName(queueName: string): string {
  const name = queueName.replace(/(Queue)?(\.fifo)?$/, '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}
