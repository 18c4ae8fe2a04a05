import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { streamCollector } from '@smithy/node-http-handler';
import { GRAPH_URL, MEDIA_POLICY, WASENDER_URL } from './after-table/media-files.ts';
import {
  bundleClient,
  bundleFunctions,
  POST,
  type Release,
  SDK_CLIENTS,
  SHARED,
} from './bundles.ts';
import { CLIENT_STAND_INS } from './client-stand-ins.ts';
import { inEnvironment } from './execution-environment.ts';
import { SimulatedHttpHandler } from './http-handler.ts';
import { IS_WHOLE } from './runs.ts';
import { simulatedPoster } from './simulated-post.ts';
import { here, virtualGlobals, virtualTimersPromises } from './virtual-globals.ts';
import { virtualHttps } from './virtual-https.ts';

type Exports = Record<string, unknown>;
type Require = (name: string) => unknown;
/** Evaluates the code anew: a module state of its own. */
type Load = (require: Require) => Exports;

const VARIABLES = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'simulated',
  AWS_SECRET_ACCESS_KEY: 'simulated',
  INBOX_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111111111111/inbox.fifo',
  INBOX_DEAD_LETTER_QUEUE_URL:
    'https://sqs.eu-central-1.amazonaws.com/111111111111/inbox-dead-letter.fifo',
  FORMER_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111111111111/deliveries.fifo',
  SUBSCRIBER_QUEUES_ARN: 'arn:aws:sqs:eu-central-1:111111111111:subscribers-',
  DELIVERER_NAME: 'deliverer',
  MAXIMUM_CONCURRENCY: '10',
  VISIBILITY_TIMEOUT_SECONDS: '720',
  DELIVERIES_DEAD_LETTER_QUEUE_URL:
    'https://sqs.eu-central-1.amazonaws.com/111111111111/deliveries-dead-letter.fifo',
  MEDIA_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111111111111/media-jobs',
  OUTBOX_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111111111111/outbox.fifo',
  SENDER_MAXIMUM_CONCURRENCY: '2',
  TOKENS_PATH: '/floodgate/simulated/channels',
  CAMPAIGNS_BUCKET: 'campaigns',
  CHECKS_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111111111111/checks.fifo',
  OVERFLOW_BUCKET: 'overflow',
  UNROUTED_BUCKET: 'unrouted',
  ARCHIVE_BUCKET: 'archive',
  MEDIA_BUCKET: 'media',
  MEDIA_POLICY: JSON.stringify(MEDIA_POLICY),
  GRAPH_URL,
  WASENDER_URL,
  SIGNING_KEY_ARN: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:signing',
  META_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:meta',
  WASENDER_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:wasender',
  TABLE_NAME: 'events',
  // The least that a stage may have.
  RETENTION_DAYS: '8',
} as const;

export type Handler = (event: unknown, context: unknown) => Promise<unknown>;
export type FunctionName =
  | 'ingest'
  | 'processor'
  | 'router'
  | 'archiver'
  | 'deliverer'
  | 'prober'
  | 'subscribers'
  | 'fetcher'
  | 'messages'
  | 'sender'
  | 'ticker';

/** Starts a function as Lambda does at a cold start: everything that has a state is loaded anew. */
export type ColdStart = (name: FunctionName, release: Release) => Handler;

/** Functions as they are deployed, with time, chance and network handed in. */
export async function loadRealm(
  names: readonly FunctionName[],
  releases: readonly Release[],
): Promise<ColdStart> {
  const starts = new Map<string, () => Exports>();
  const require = await withClients();
  for (const release of releases) {
    const { shared, handlers } = await bundleFunctions(names, release);
    const modules = compile(shared, 'shared')(require);
    const requireShared: Require = (name) =>
      name.startsWith(SHARED) ? modules[name.slice(SHARED.length)] : require(name);
    for (const [name, source] of handlers) {
      const load = compile(source, name);
      starts.set(`${name} ${release}`, () => load(requireShared));
    }
  }
  return (name, release) => {
    const { handler } = starts.get(`${name} ${release}`)?.() ?? {};
    if (!isHandler(handler)) throw new Error(`${name} has no handler`);
    return handler;
  };
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

const nodeRequire = createRequire(import.meta.url);
const virtualCrypto = Object.create(crypto, {
  randomUUID: { value: () => `uuid-${here().surroundings.random()}` },
  randomBytes: {
    value: (size: number) => Buffer.alloc(size, String(here().surroundings.random())),
  },
});
/** At once: the thread that compresses knows no virtual time. */
const virtualZlib = {
  gzip: (text: string, done: (error: null, bytes: Uint8Array) => void) =>
    done(null, gzipSync(text, { level: 1 })),
};
const transport = { NodeHttpHandler: SimulatedHttpHandler, streamCollector };
const virtualModules: Exports = {
  '@smithy/node-http-handler': transport,
  [POST]: { poster: simulatedPoster },
  'node:timers/promises': virtualTimersPromises,
  'timers/promises': virtualTimersPromises,
  'node:crypto': virtualCrypto,
  'node:http': virtualHttps,
  'node:https': virtualHttps,
  'node:zlib': virtualZlib,
  '@aws-lambda-powertools/logger': {
    Logger: class {
      warn() {}
      error() {}
    },
  },
  '@aws-lambda-powertools/metrics': {
    Metrics: class {
      addMetric(name: string, _: string, value: number) {
        inEnvironment.getStore()?.surroundings.network.count(name, value);
      }
      hasStoredMetrics() {
        return false;
      }
    },
  },
};

/**
 * Stand-ins of the SDK's clients, or in longer runs those themselves. They are loaded once: to load them at each cold start takes more than
 * all else here.
 */
async function withClients(): Promise<Require> {
  const clients: Exports = {};
  for (const name of SDK_CLIENTS) {
    if (!IS_WHOLE) clients[name] = CLIENT_STAND_INS[name];
    clients[name] ??= compile(await bundleClient(name), name)(virtualRequire);
  }
  return (name) => clients[name] ?? virtualRequire(name);
}

const virtualRequire: Require = (name) => virtualModules[name] ?? nodeRequire(name);

function compile(source: string, filename: string): Load {
  const globals: Exports = virtualGlobals(VARIABLES);
  const names = ['require', 'module', 'exports', ...Object.keys(globals)];
  const script = new Script(`(function (${names.join(', ')}) {${source}\n})`, { filename });
  const evaluate: (...values: unknown[]) => void = script.runInThisContext();
  return (require) => {
    const module = { exports: {} };
    evaluate(require, module, module.exports, ...Object.values(globals));
    return module.exports;
  };
}
