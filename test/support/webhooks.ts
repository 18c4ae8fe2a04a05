import { createHmac } from 'node:crypto';
import type { WebhookEvent } from '../../lambda/events/event.ts';
import { splitMetaWebhook } from '../../lambda/providers/meta/webhook.ts';
import { splitWasenderWebhook } from '../../lambda/providers/wasender/webhook.ts';
import { parseJsonSource } from '../../lambda/shared/json/json-source.ts';

export const CHANNEL = '106540352242922';
export const ACCOUNT = '102290129340398';
export const RECEIVED_AT = 1_795_212_060_000;

const metadata = { display_phone_number: '15550783881', phone_number_id: CHANNEL };

/** A webhook of Meta's with one change per value, all of one account. */
export function metaWebhook(...values: readonly object[]): string {
  return metaChanges(...values.map((value) => ({ field: 'messages', value: metaValue(value) })));
}

export function metaChanges(...changes: readonly object[]): string {
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: ACCOUNT, changes }],
  });
}

/** A webhook of Meta's with one change, of one field. */
export function metaChange(field: string, value: object): string {
  return metaChanges({ field, value: metaValue(value) });
}

export function metaValue(value: object): object {
  return { messaging_product: 'whatsapp', metadata, ...value };
}

export function aMessage(overrides: object = {}): object {
  return {
    from: '5215550001111',
    from_user_id: 'MX.10000000000000000001',
    id: 'wamid.HBgNNTIxNTU1MDAwMTExMRUCABIYFDNBMDAwMDAwMDAwMDAwMDAwMDAxAA==',
    timestamp: '1795212000',
    type: 'text',
    text: { body: '¿Sigue disponible?' },
    ...overrides,
  };
}

export function aContact(overrides: object = {}): object {
  return {
    profile: { name: 'Lucía' },
    wa_id: '5215550001111',
    user_id: 'MX.10000000000000000001',
    ...overrides,
  };
}

export function aStatus(overrides: object = {}): object {
  return {
    id: 'wamid.HBgNNTIxNTU1MDAwMTExMRUCABEYEjAwMDAwMDAwMDAwMDAwMDAwMQA=',
    status: 'delivered',
    timestamp: '1795212030',
    recipient_id: '5215550001111',
    recipient_user_id: 'MX.10000000000000000001',
    ...overrides,
  };
}

export function wasenderWebhook(event: string, data: unknown, overrides: object = {}): string {
  return JSON.stringify({ event, timestamp: 1_795_212_000, data, ...overrides });
}

export function splitMeta(body: string, receivedAt = RECEIVED_AT): readonly WebhookEvent[] {
  const split = splitMetaWebhook(parseJsonSource(body), receivedAt);
  if (!split.ok) throw new Error(split.reason);
  return split.events;
}

export function splitWasender(
  body: string,
  session = 'shop',
  receivedAt = RECEIVED_AT,
): readonly WebhookEvent[] {
  const split = splitWasenderWebhook(parseJsonSource(body), session, receivedAt);
  if (!split.ok) throw new Error(split.reason);
  return split.events;
}

/** The only event of a webhook. */
export function only(events: readonly WebhookEvent[]): WebhookEvent {
  const [event] = events;
  if (event === undefined || events.length > 1) throw new Error(`${events.length} events, not 1`);
  return event;
}

/** The event of a webhook of Meta's with one value. */
export function metaEvent(value: object): WebhookEvent {
  return only(splitMeta(metaWebhook(value)));
}

export function wasenderEvent(...webhook: Parameters<typeof wasenderWebhook>): WebhookEvent {
  return only(splitWasender(wasenderWebhook(...webhook)));
}

export function metaSignature(body: string | Buffer, appSecret: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
}
