import { metaJson } from '../traffic/provider-json.ts';
import type { Webhook } from '../traffic/traffic.ts';
import { BUSINESS } from './business.ts';
import type { Tick } from './ledger.ts';

/** One change of Meta's, or one event of WasenderApi's. */
export type Update =
  | { readonly provider: 'meta'; readonly change: object }
  | { readonly provider: 'wasender'; readonly event: object };

export interface PlannedUpdate {
  /** When it goes out. */
  readonly at: number;
  /** The message, or the template, that it tells of. */
  readonly about: string;
  readonly tick?: Tick | 'failed';
  readonly update: Update;
}

/** What the providers have to tell: what goes out first stands first. */
export type Outbox = PlannedUpdate[];

const MOST_CHANGES = 20;

/** Plans an update, behind all that go out no later. */
export function plan(outbox: Outbox, update: PlannedUpdate): void {
  let [low, high] = [0, outbox.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((outbox[middle]?.at ?? 0) <= update.at) low = middle + 1;
    else high = middle;
  }
  outbox.splice(low, 0, update);
}

/** When the next update is due; undefined where none is planned. */
export function nextDue([first]: Outbox): number | undefined {
  return first?.at;
}

/** Takes what is due, as webhooks: Meta puts several changes into one. */
export function takeDue(outbox: Outbox, now: number): Webhook[] {
  const later = outbox.findIndex(({ at }) => at > now);
  const due = outbox.splice(0, later === -1 ? outbox.length : later);
  const changes = due.flatMap(({ update }) => (update.provider === 'meta' ? [update.change] : []));
  const events = due.flatMap(({ update }) => (update.provider === 'wasender' ? [update] : []));
  const webhooks: Webhook[] = events.map(webhookOf);
  for (let start = 0; start < changes.length; start += MOST_CHANGES) {
    webhooks.push(metaWebhook(changes.slice(start, start + MOST_CHANGES)));
  }
  return webhooks;
}

/** The webhook of one update alone. */
export function webhookOf(update: Update): Webhook {
  return update.provider === 'meta'
    ? metaWebhook([update.change])
    : { provider: 'wasender', body: JSON.stringify(update.event) };
}

/** @param time in seconds since 1970, which changes of an account have */
export function metaWebhook(changes: readonly object[], time?: number): Webhook {
  const entry = [{ id: BUSINESS.account, ...(time !== undefined && { time }), changes }];
  return { provider: 'meta', body: metaJson({ object: 'whatsapp_business_account', entry }) };
}
