import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DeliveryRequest, deliveryRequest } from '../../../lambda/delivery/request.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { runInGroupOrder } from '../../../lambda/shared/queue/group-order.ts';
import { reasonOf } from '../stack/deployed-stack.ts';
import { UnavailableError, UsageError } from '../terminal/command.ts';
import type { ReplayTarget } from './target.ts';

export interface UrlTarget {
  readonly url: string;
  /** Of Standard Webhooks. */
  readonly secret: string;
  readonly replayId: string;
  /** A payload that lies in the overflow bucket; undefined where it is no longer kept. */
  readonly readPayload: (key: string) => Promise<string | undefined>;
}

const EVENTS_AT_ONCE = 16;
const TRIES = 5;
const FIRST_PAUSE_MS = 500;
const TIMEOUT_MS = 10_000;

/** The secret that is named in the environment, or a new one. */
export function replaySecret(named: string | undefined): string {
  if (named === undefined || named === '') return `whsec_${randomBytes(32).toString('base64')}`;
  if (/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(named)) return named;
  throw new UsageError(
    'FLOODGATE_REPLAY_SECRET is whsec_ and base64 of 24 bytes or more, as Standard Webhooks has it',
  );
}

/**
 * Posts signed events of the format `standard`: groups side by side, each in its order. An answer
 * other than 2xx is tried again a few times.
 */
export function urlTarget({ url, secret, replayId, readPayload }: UrlTarget): ReplayTarget {
  const { host } = new URL(url);
  const recipient = { id: host, name: host };

  async function post(event: RoutedEvent): Promise<void> {
    const payload = event.payload ?? (await readPayload(event.payloadKey));
    const delivery = { subscriberId: host, routedAt: Date.now(), event, replayId };
    const signing = { secrets: { current: secret }, atMs: Date.now() };
    const request = deliveryRequest(delivery, payload, 'standard', signing);
    // Undefined for other formats only.
    if (request !== undefined) await postUntilTaken(url, request);
  }

  return {
    mostAtOnce: EVENTS_AT_ONCE,
    recipientsOf: () => [recipient],
    send: async (events) => {
      const [halted] = await runInGroupOrder(events, ({ group }) => group, post);
      if (halted !== undefined) {
        throw new UnavailableError(`${host} does not take events: ${reasonOf(halted.error)}`);
      }
    },
  };
}

async function postUntilTaken(url: string, request: DeliveryRequest, tried = 1): Promise<void> {
  const fault = await postOnce(url, request);
  if (fault === undefined) return;
  if (tried === TRIES) throw new Error(fault);
  await sleep(FIRST_PAUSE_MS * 2 ** (tried - 1));
  await postUntilTaken(url, request, tried + 1);
}

/** Why it was not taken; undefined where it was. */
async function postOnce(
  url: string,
  { body, headers }: DeliveryRequest,
): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      ...{ method: 'POST', body, redirect: 'manual' },
      headers: { 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `it answered ${response.status}`;
  } catch (error) {
    return reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
  }
}
