import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awaitStored } from '../../local/traffic/await-stored.ts';
import { expectedEvents } from '../../local/traffic/expected.ts';
import { findStored } from '../../local/traffic/find-stored.ts';
import { type HttpClient, openHttpClient } from '../../local/traffic/http-client.ts';
import { postWebhooks } from '../../local/traffic/post-webhooks.ts';
import { signRequest } from '../../local/traffic/sign.ts';
import { generateTraffic } from '../../local/traffic/traffic.ts';
import { LOCAL_SECRETS, type RunningStack, runStack } from '../local-stack.ts';
import type { Effort, Measurement } from '../measurement.ts';
import { quantile } from '../statistics.ts';

const CONNECTIONS = 64;
const EVENTS = 10_000;
/** Meta puts more updates into a webhook as they come faster. */
const PER_WEBHOOK = 3;
const CONTACTS = 500;
const RATE = 200;
const RATE_SECONDS = 15;
const PATIENCE_MS = 20_000;

/** What `npm start` carries, emulators of AWS included, on this machine. */
export const stack: Measurement = {
  summary: 'the whole local stack: events/s from accepted to stored, time of answers',
  run: async (_, effort) => {
    await using running = await runStack();
    const client = openHttpClient(running.url, CONNECTIONS);
    try {
      // The functions and the emulators compile what they run often.
      await flood(running, client, { seed: 1, events: 1000, perWebhook: 1 });
      const events = effort.isQuick ? EVENTS / 5 : EVENTS;
      const many = { seed: 2, events, perWebhook: PER_WEBHOOK };
      const batched = await flood(running, client, many, effort);
      const single = await flood(running, client, { seed: 3, events, perWebhook: 1 }, effort);
      const latencies = await answerTimes(running, client, effort);
      return {
        figures: [
          {
            ...{ name: `local stack: of ${2 * events} events, missing`, ...COUNT },
            value: batched.missing + single.missing,
          },
          {
            ...{ name: `local stack: stored, ${PER_WEBHOOK} events a webhook`, ...PER_SECOND },
            ...{ value: batched.storedPerSecond, mustReach: { atLeast: 500 } },
          },
          {
            ...{ name: 'local stack: stored, one event a webhook', ...PER_SECOND },
            value: single.storedPerSecond,
          },
          { name: `answer at ${RATE} webhooks/s, p50`, value: quantile(latencies, 0.5), ...MS },
          {
            ...{
              name: `answer at ${RATE} webhooks/s, p99`,
              value: quantile(latencies, 0.99),
              ...MS,
            },
            mustReach: { atMost: 50 },
          },
        ],
      };
    } finally {
      client.close();
    }
  },
};

const MS = { unit: 'ms', digits: 1 };
const PER_SECOND = { unit: 'events/s', digits: 0 };
const COUNT = { unit: 'events', digits: 0, mustReach: { atMost: 0 } };

interface Flood {
  readonly seed: number;
  readonly events: number;
  /** At most; a webhook holds updates of one kind. */
  readonly perWebhook: number;
}

/** Webhooks as fast as they are answered, until the last event is a row. */
async function flood(running: RunningStack, client: HttpClient, size: Flood, effort?: Effort) {
  const webhooks = traffic(size);
  const expected = webhooks.flatMap((webhook) => expectedEvents(webhook, 'local'));
  const requests = signed(webhooks, running);
  using dynamodb = disposable(running.tableEndpoint);
  const startMs = performance.now();
  const posted = await postWebhooks(
    requests,
    { rate: 'max', connections: CONNECTIONS },
    { post: client.post, onProgress: (done) => effort?.onProgress(done, requests.length) },
  );
  const { missing, lastStoredMs } = await awaitStored(
    expected,
    (events) => findStored(dynamodb.client, running.table, events),
    { patienceMs: PATIENCE_MS, pauseMs: 50 },
  );
  const refused = posted.filter(({ isAccepted }) => !isAccepted).length;
  return {
    missing: missing.length + refused,
    storedPerSecond: (1000 * (expected.length - missing.length)) / (lastStoredMs - startMs),
  };
}

/** Webhooks at an even rate, each timed from when it was due. */
async function answerTimes(
  running: RunningStack,
  client: HttpClient,
  effort: Effort,
): Promise<number[]> {
  const seconds = effort.isQuick ? RATE_SECONDS / 3 : RATE_SECONDS;
  const requests = signed(traffic({ seed: 4, events: RATE * seconds, perWebhook: 1 }), running);
  const posted = await postWebhooks(
    requests,
    { rate: RATE, connections: CONNECTIONS },
    { post: client.post, onProgress: (done) => effort.onProgress(done, requests.length) },
  );
  return posted.map(({ latencyMs }) => latencyMs);
}

function traffic({ seed, events, perWebhook }: Flood) {
  return generateTraffic({
    ...{ provider: 'meta', seed, contacts: CONTACTS, mediaShare: 0.1, batch: perWebhook },
    ...{ messages: events / 4, statuses: (events * 3) / 4 },
  });
}

function signed(webhooks: ReturnType<typeof traffic>, { url }: RunningStack) {
  const target = { baseUrl: url, secrets: LOCAL_SECRETS, pathToken: 'local' };
  return webhooks.map((webhook) => signRequest(webhook, target));
}

function disposable(endpoint: string): Disposable & { readonly client: DynamoDBClient } {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  return { client, [Symbol.dispose]: () => client.destroy() };
}
