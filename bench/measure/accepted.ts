import { setTimeout as sleep } from 'node:timers/promises';
import { openHttpClient } from '../../local/traffic/http-client.ts';
import { postWebhooks } from '../../local/traffic/post-webhooks.ts';
import { signRequest } from '../../local/traffic/sign.ts';
import { awaitArrivals, deliveredOf, SUBSCRIBERS_KEPT_MS } from '../delivered-events.ts';
import type { Figure, Measured } from '../figure.ts';
import { LOCAL_SECRETS, type RunningStack, runStack } from '../local-stack.ts';
import type { Measurement } from '../measurement.ts';
import { type Receiver, runReceiver } from '../receiver.ts';
import { eventsOf, LIVE_CHANNEL, liveWebhooks } from '../stored-events.ts';
import { subscribersApi } from '../subscribers-api.ts';

const CONNECTIONS = 64;
const EVENTS = { quick: 5000, full: 20_000 };

/** What the local stack carries from the webhook to an endpoint, emulators of AWS included. */
export const accepted: Measurement = {
  summary: 'local stack: events/s and CPU from accepted to delivered at one subscriber',
  run: async (_, { isQuick, onProgress }) => {
    await using stack = await runStack();
    await using receiver = await runReceiver();
    await subscribersApi(stack).add({ name: 'live', url: receiver.liveUrl, channel: LIVE_CHANNEL });
    await sleep(SUBSCRIBERS_KEPT_MS);
    // The functions and the emulators compile what they run often.
    await flood(stack, receiver, 1, EVENTS.quick);
    onProgress(1, 2);
    const flooded = await flood(stack, receiver, 2, isQuick ? EVENTS.quick : EVENTS.full);
    return { figures: figuresOf(flooded) } satisfies Measured;
  },
};

type Flooded = Awaited<ReturnType<typeof flood>>;

/** Webhooks of one event each as fast as they are answered, until the last event has come. */
async function flood(stack: RunningStack, receiver: Receiver, seed: number, count: number) {
  const webhooks = liveWebhooks(seed, count);
  const target = { baseUrl: stack.url, secrets: LOCAL_SECRETS, pathToken: 'local' };
  const requests = webhooks.map((webhook) => signRequest(webhook, target));
  const client = openHttpClient(stack.url, CONNECTIONS);
  const startMs = Date.now();
  const usedBefore = stack.cpuMs();
  try {
    const posted = await postWebhooks(
      requests,
      { rate: 'max', connections: CONNECTIONS },
      { post: client.post },
    );
    const refused = posted.filter(({ isAccepted }) => !isAccepted).length;
    const came = await awaitArrivals(receiver, count);
    const cpuMs = usedBefore && ((stack.cpuMs() ?? 0) - usedBefore) / count;
    const delivered = deliveredOf(webhooks.flatMap(eventsOf), new Map(), came, startMs);
    return { ...delivered, cpuMs, refused };
  } finally {
    client.close();
  }
}

function figuresOf({ events, missing, doubled, refused, perSecond, cpuMs }: Flooded): Figure[] {
  return [
    {
      name: `of ${events} events accepted, missing or doubled at a subscriber`,
      ...{ value: missing + doubled + refused, unit: 'events', digits: 0 },
      mustReach: { atMost: 0 },
    },
    {
      ...{ name: 'accepted to delivered, local', value: perSecond, unit: 'events/s', digits: 0 },
      mustReach: { atLeast: 700 },
    },
    ...(cpuMs === undefined
      ? []
      : [
          {
            name: 'CPU of the whole stack, from accepted to delivered',
            ...{ value: cpuMs, unit: 'ms', digits: 2 },
          },
        ]),
  ];
}
