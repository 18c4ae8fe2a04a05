import type { WebhookEvent } from '../../lambda/events/event.ts';
import { splitMetaWebhook } from '../../lambda/providers/meta/webhook.ts';
import { splitWasenderWebhook } from '../../lambda/providers/wasender/webhook.ts';
import { parseJsonSource } from '../../lambda/shared/json/json-source.ts';
import { MESSAGE_SORT_KEY, PARTICIPANT_PREFIX, STATUS_PREFIXES } from '../../lambda/table/keys.ts';
import type { Webhook } from './traffic.ts';

/** Where the table holds an event once it is stored. */
export interface ExpectedEvent {
  readonly id: string;
  readonly pk: string;
  readonly sk: string;
  /** The attribute of the row that a status sets. */
  readonly attribute?: string;
  readonly channel: string;
  /** A name of the person or group chat at the other end. */
  readonly contact: string | undefined;
}

/**
 * The events that a webhook must leave in the table, by the project's own split.
 *
 * `session` is the name of WasenderApi's session; Meta's webhooks name their channel themselves.
 */
export function expectedEvents(webhook: Webhook, session: string): ExpectedEvent[] {
  const source = parseJsonSource(webhook.body);
  // Takes part in no identity.
  const receivedAt = 0;
  const split =
    webhook.provider === 'meta'
      ? splitMetaWebhook(source, receivedAt)
      : splitWasenderWebhook(source, session, receivedAt);
  return split.ok ? split.events.map(whereStored) : [];
}

function whereStored(event: WebhookEvent): ExpectedEvent {
  const { id, group: pk, channel, status } = event;
  const { chatId, userId, lid, phone } = event.contact;
  const contact = chatId ?? userId ?? lid ?? phone;
  if (status === undefined) return { id, pk, sk: id, channel, contact };
  const sk =
    status.participant === undefined
      ? MESSAGE_SORT_KEY
      : `${PARTICIPANT_PREFIX}${status.participant}`;
  return { id, pk, sk, attribute: `${STATUS_PREFIXES.time}${status.name}`, channel, contact };
}
