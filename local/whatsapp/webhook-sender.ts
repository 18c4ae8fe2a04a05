import type { LocalClock } from '../clock.ts';
import { type HttpClient, openHttpClient } from '../traffic/http-client.ts';
import { type PostedWebhook, postWebhooks } from '../traffic/post-webhooks.ts';
import { signRequest, type Target } from '../traffic/sign.ts';
import type { Webhook } from '../traffic/traffic.ts';
import { nextDue, type Outbox, takeDue } from './outbox.ts';

/** Pauses before each further try: Meta tries for a week, and this one for as long as one looks on. */
const RETRY_GAPS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 60_000, 60_000];
const CONNECTIONS = 20;

export interface WebhookSender {
  /** Looks again for what is due: something was planned. */
  readonly look: () => void;
  /** Posts a webhook now, and again later where it is not taken. Resolves with the first answer. */
  readonly post: (webhook: Webhook) => Promise<PostedWebhook['answers'][number]>;
  readonly stop: () => void;
}

/**
 * Sends webhooks when they are due, signed as the providers sign, until they are taken.
 *
 * Tells up to when all that was due has been taken, or given up.
 */
export function startWebhookSender(
  outbox: Outbox,
  clock: Pick<LocalClock, 'now' | 'sleep'>,
  target: Promise<Target>,
  onTold: (until: number) => void = () => undefined,
): WebhookSender {
  const underWay = new Set<number>();
  const stopped = new AbortController();
  let client: HttpClient | undefined;
  let waitsUntil: number | undefined;
  let wake = new AbortController();

  async function tries(webhook: Webhook, retryGapsMs: readonly number[]): Promise<PostedWebhook> {
    const whereTo = await target;
    client ??= openHttpClient(whereTo.baseUrl, CONNECTIONS);
    const { post } = client;
    const { signal } = stopped;
    const options = { rate: 'max', connections: 1, retryGapsMs, signal } as const;
    const [posted] = await postWebhooks([signRequest(webhook, whereTo)], options, { post });
    return posted ?? { isAccepted: false, answers: [], latencyMs: 0 };
  }

  async function sendDue(): Promise<void> {
    for (let due = nextDue(outbox); due !== undefined; due = nextDue(outbox)) {
      if (stopped.signal.aborted) return;
      wake = new AbortController();
      waitsUntil = due;
      await clock.sleep(due - clock.now(), AbortSignal.any([wake.signal, stopped.signal]));
      void tell(clock.now());
    }
    waitsUntil = undefined;
  }

  async function tell(due: number): Promise<void> {
    underWay.add(due);
    await Promise.all(takeDue(outbox, due).map((webhook) => tries(webhook, RETRY_GAPS_MS)));
    if (stopped.signal.aborted) return;
    underWay.delete(due);
    // What was due earlier may still be on its way.
    onTold(Math.min(due, ...[...underWay].map((other) => other - 1)));
  }

  function look(): void {
    const due = nextDue(outbox);
    if (due === undefined) return;
    if (waitsUntil === undefined) void sendDue();
    else if (due < waitsUntil) wake.abort();
  }

  return {
    look,
    post: async (webhook) => {
      const { isAccepted, answers } = await tries(webhook, []);
      if (!isAccepted) void tries(webhook, RETRY_GAPS_MS);
      return answers[0] ?? 'none';
    },
    stop: () => {
      stopped.abort();
      client?.close();
    },
  };
}
